"""The reference VAE (784-400-20, batch 128, Adam 1e-3, f32) in PyTorch: seconds an epoch and test loss.

Made with torch==2.15.0 and numpy. Prints one JSON object a line.

    python benches/peers/vae_pytorch.py --data DIR [--mode eager|fused|compile] [--epochs 10] [--threads 2] [--seed 0]

DIR holds the four IDX files of MNIST, gzipped or not. The data lie in memory as one tensor and batches are gathered by
index, so that no data loader is timed. `train_seconds` covers the training steps alone, as Diabolo's does.
"""

import argparse
import gzip
import json
import pathlib
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def images(folder, name):
    path = pathlib.Path(folder) / name
    raw = gzip.open(path.with_name(name + ".gz")).read() if not path.exists() else path.read_bytes()
    pixels = numpy.frombuffer(raw, numpy.uint8, offset=16).reshape(-1, 784)
    return torch.from_numpy(pixels.astype(numpy.float32) / 255)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.posterior = nn.Linear(400, 40)
        self.up = nn.Linear(20, 400)
        self.logits = nn.Linear(400, 784)

    def forward(self, x):
        mu, log_var = self.posterior(torch.relu(self.hidden(x))).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
        logits = self.logits(torch.relu(self.up(z)))
        reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * torch.sum(mu * mu + log_var.exp() - log_var - 1)
        return (reconstruction + kl) / x.shape[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--mode", choices=["eager", "fused", "compile"], default="eager")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)

    train, test = images(arguments.data, "train-images-idx3-ubyte"), images(arguments.data, "t10k-images-idx3-ubyte")
    model = Vae()
    loss_of = torch.compile(model) if arguments.mode == "compile" else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=arguments.mode != "eager")
    for epoch in range(1, arguments.epochs + 1):
        order = torch.randperm(len(train))
        total = 0.0
        start = time.perf_counter()
        for rows in order.split(128):
            optimizer.zero_grad()
            loss = loss_of(train[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        seconds = time.perf_counter() - start
        with torch.no_grad():
            tested = sum(model(x).item() * len(x) for x in test.split(128)) / len(test)
        line = {"epoch": epoch, "train": total / len(train), "test": tested, "train_seconds": seconds}
        print(json.dumps(line), flush=True)


main()
