"""What the peers have in common: arguments, MNIST, the order of the samples, rounds on request.

A peer says who it is in a line of JSON when it is ready, that is when data are loaded and everything is compiled. Then it
does a round for each line that it is sent and answers with a line of JSON, `seconds` and whatever lies beside them.
With `--rounds N` it does N rounds without being asked.
"""

import argparse
import gzip
import itertools
import json
import pathlib
import sys

import numpy


def arguments(**choices):
    """The common arguments and one for each keyword, which takes one of the values given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="the folder of MNIST's IDX files, gzipped or not")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, help="so many rounds without being asked")
    for name, values in choices.items():
        if values is None:
            parser.add_argument("--" + name)
        else:
            parser.add_argument("--" + name, choices=values, default=values[0])
    return parser.parse_args()


def images(folder, name):
    """The pixels of an IDX file in [0, 1]: float32, one image a row."""
    path = pathlib.Path(folder) / name
    zipped = path.with_name(name + ".gz")
    raw = path.read_bytes() if path.exists() else gzip.open(zipped).read()
    return numpy.frombuffer(raw, numpy.uint8, offset=16).reshape(-1, 784).astype(numpy.float32) / 255


def train_images(folder):
    return images(folder, "train-images-idx3-ubyte")


def test_images(folder):
    return images(folder, "t10k-images-idx3-ubyte")


def orders(path, count):
    """The order of the samples in each epoch: those of the file over and over, or as they lie where there is none."""
    rows = numpy.fromfile(path, numpy.uint32) if path else numpy.arange(count, dtype=numpy.uint32)
    return itertools.cycle(rows.astype(numpy.int32).reshape(-1, count))


def serve(name, about, rounds, one_round):
    def say(line):
        print(json.dumps(line), flush=True)

    say({"name": name, "about": about})
    for _ in range(rounds) if rounds else sys.stdin:
        say(one_round())
