"""Thirty principal components of MNIST's training images by scikit-learn's solvers.

    python benches/peers/pca_sklearn.py --data DIR --solver covariance_eigh --rounds 5

`reference` computes the singular values in float64 by LAPACK, for the others to be held against.
"""

import time

import numpy
import sklearn
from sklearn.decomposition import PCA

import peer

COMPONENTS = 30


def main():
    chosen = peer.arguments(solver=["covariance_eigh", "full", "randomized", "reference"])
    data = peer.train_images(chosen.data)

    def singular_values():
        if chosen.solver == "reference":
            exact = data.astype(numpy.float64)
            exact -= exact.mean(axis=0)
            return numpy.linalg.svd(exact, compute_uv=False)[:COMPONENTS]
        return PCA(COMPONENTS, svd_solver=chosen.solver, random_state=0).fit(data).singular_values_

    def one_round():
        begun = time.perf_counter()
        values = singular_values()
        return {"seconds": time.perf_counter() - begun, "singular_values": [float(s) for s in values]}

    peer.serve(f"sklearn {chosen.solver}", sklearn.__version__, chosen.rounds, one_round)


main()
