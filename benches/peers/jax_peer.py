"""The reference autoencoders in JAX, a whole epoch in one compiled scan.

    python benches/peers/jax_peer.py --data DIR --model vae --rounds 10

Layers start as PyTorch's do: uniform within 1/√inputs. The data lie on the device; `seconds` covers the compiled epoch.
XLA takes its threads from the cores that the process may use, so these are cut before it is loaded.
"""

import os
import time

import peer

chosen = peer.arguments(model=["vae", "deep"], order=None)
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: chosen.threads])

import jax
import jax.numpy as jnp

SIZES = {"vae": ([784, 400, 40], [20, 400, 784]), "deep": ([784, 1000, 500, 250, 30], [30, 250, 500, 1000, 784])}
BATCH = {"vae": 128, "deep": 256}[chosen.model]


def layers(key, sizes):
    def layer(key, inputs, outputs):
        bound = inputs**-0.5
        weight, bias = jax.random.split(key)
        return (
            jax.random.uniform(weight, (inputs, outputs), minval=-bound, maxval=bound),
            jax.random.uniform(bias, (outputs,), minval=-bound, maxval=bound),
        )

    return [layer(k, a, b) for k, a, b in zip(jax.random.split(key, len(sizes) - 1), sizes, sizes[1:])]


def mlp(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def vae_loss(parameters, x, key):
    encoder, decoder = parameters
    mu, log_var = jnp.split(mlp(encoder, x), 2, axis=1)
    z = mu + jnp.exp(0.5 * log_var) * jax.random.normal(key, mu.shape)
    logits = mlp(decoder, z)
    reconstruction = jnp.sum(jnp.maximum(logits, 0) - logits * x + jnp.log1p(jnp.exp(-jnp.abs(logits))))
    kl = 0.5 * jnp.sum(mu * mu + jnp.exp(log_var) - log_var - 1)
    return (reconstruction + kl) / x.shape[0]


def deep_loss(parameters, x, key):
    encoder, decoder = parameters
    return jnp.sum((mlp(decoder, mlp(encoder, x)) - x) ** 2) / x.shape[0]


loss_of = {"vae": vae_loss, "deep": deep_loss}[chosen.model]


def adam(parameters, m, v, t, gradients, rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradients)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, gradients)
    step, unbias = rate / (1 - beta1**t), 1 / jnp.sqrt(1 - beta2**t)
    moved = jax.tree.map(lambda p, m, v: p - step * m / (jnp.sqrt(v) * unbias + epsilon), parameters, m, v)
    return moved, m, v


def step(state, rows, train):
    parameters, m, v, t, key = state
    key, noise = jax.random.split(key)
    loss, gradients = jax.value_and_grad(loss_of)(parameters, train[rows], noise)
    t = t + 1
    return (*adam(parameters, m, v, t, gradients), t, key), loss * rows.shape[0]


def epoch(state, order, train):
    """All full batches in one scan, then the smaller last one."""
    full = len(order) // BATCH * BATCH
    state, losses = jax.lax.scan(lambda s, rows: step(s, rows, train), state, order[:full].reshape(-1, BATCH))
    total = jnp.sum(losses)
    if full < len(order):
        state, last = step(state, order[full:], train)
        total = total + last
    return state, total / len(order)


def evaluate(state, test):
    parameters, key = state[0], state[4]
    return loss_of(parameters, test, key)


def start():
    # Not key 0: of the 30 numbers of the deep code it draws a first layer that learns more slowly than others do.
    keys = jax.random.split(jax.random.key(1), 3)
    parameters = [layers(key, sizes) for key, sizes in zip(keys, SIZES[chosen.model])]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0), keys[2]


def main():
    train, test = jnp.asarray(peer.train_images(chosen.data)), jnp.asarray(peer.test_images(chosen.data))
    orders = peer.orders(chosen.order, len(train))
    compiled = jax.jit(epoch, donate_argnums=0).lower(start(), next(peer.orders(None, len(train))), train).compile()
    tested = jax.jit(evaluate).lower(start(), test).compile()
    state = start()

    def one_round():
        nonlocal state
        order = jnp.asarray(next(orders))
        jax.block_until_ready((state, order))
        begun = time.perf_counter()
        state, loss = jax.block_until_ready(compiled(state, order, train))
        return {"seconds": time.perf_counter() - begun, "train": float(loss), "test": float(tested(state, test))}

    peer.serve("jax", f"{jax.__version__}, one scan an epoch", chosen.rounds, one_round)


main()
