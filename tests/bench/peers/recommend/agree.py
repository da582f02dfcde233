"""Scores of Sotto's models beside references in NumPy and implicit's, on small data. Fails if two differ by more than
1e-4. See README.md."""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import CosineRecommender  # noqa: E402

import pairs as data  # noqa: E402

ROOT = Path(__file__).resolve().parents[4]
USERS, ITEMS = 120, 48
TOLERANCE = 1e-4


class Sotto:
    def __init__(self, program: str, folder: Path, pairs: list[tuple[int, int]]):
        self.program = program
        self.folder = folder
        data.write(pairs, folder / "pairs.txt")
        # Items get their numbers in the order in which they occur first.
        self.order = list(dict.fromkeys(item for _, item in pairs))
        self.users = sorted({user for user, _ in pairs})
        histories = [" ".join(str(item) for one, item in pairs if one == user) for user in self.users]
        (folder / "histories.txt").write_text("\n".join(histories) + "\n")

    def run(self, *arguments: str) -> str:
        return subprocess.run([self.program, "recommend", *arguments], check=True, capture_output=True, text=True).stdout

    def fit(self, model: str, **settings: float) -> bytes:
        chosen = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        path = self.folder / "model"
        self.run("fit", "--data", str(self.folder / "pairs.txt"), "--model", model, "--out", str(path), *chosen)
        return path.read_bytes()

    def scores(self) -> np.ndarray:
        """users x items, in the order of the items' ids, by the model that was fitted last."""
        printed = self.run("score", "--model", str(self.folder / "model"), "--histories", str(self.folder / "histories.txt"))
        found = np.array([json.loads(line) for line in printed.splitlines()])
        result = np.empty_like(found)
        result[:, self.order] = found
        return result


def factors_of(file: bytes, order: list[int]) -> np.ndarray:
    """The factors in a file of the kind "ials", in the order of the items' ids."""
    place = 6

    def short() -> None:
        nonlocal place
        place += 2 + struct.unpack_from("<H", file, place)[0]

    for _ in range(3):
        short()
    items = struct.unpack_from("<I", file, place)[0]
    place += 4
    for _ in range(items):
        short()
    rank = struct.unpack_from("<I", file, place + 4)[0]
    values = np.frombuffer(file, "<f4", items * rank, place + 4 + 16).reshape(items, rank)
    result = np.empty((items, rank))
    result[order] = values
    return result


def ease(matrix: np.ndarray, l2: float) -> np.ndarray:
    inverse = np.linalg.inv(matrix.T @ matrix + l2 * np.eye(matrix.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return matrix @ weights


def ease_on_neighbours(matrix: np.ndarray, l2: float) -> np.ndarray:
    """Each item regressed on those that some user has together with it."""
    gram = matrix.T @ matrix
    weights = np.zeros_like(gram)
    for item in range(len(gram)):
        near = [other for other in range(len(gram)) if other != item and gram[other, item] > 0]
        weights[near, item] = np.linalg.solve(gram[np.ix_(near, near)] + l2 * np.eye(len(near)), gram[near, item])
    return matrix @ weights


def fold_in(matrix: np.ndarray, items: np.ndarray, unobserved: float, reg: float) -> np.ndarray:
    gram = unobserved * items.T @ items
    rows = []
    for row in matrix:
        own = items[row > 0]
        left = gram + own.T @ own + reg * (len(own) + unobserved * len(items)) * np.eye(items.shape[1])
        rows.append(items @ np.linalg.solve(left, own.sum(axis=0)))
    return np.array(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sotto", default=str(ROOT / "build/release/tools/cli/sotto"))
    options = parser.parse_args()
    pairs = data.small(USERS, ITEMS, 1)
    matrix = np.zeros((USERS, ITEMS))
    for user, item in pairs:
        matrix[user, item] = 1
    sparse = sp.csr_matrix(matrix, dtype=np.float32)

    differences: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        sotto = Sotto(options.sotto, Path(folder), pairs)

        sotto.fit("ease", l2=20)
        differences["EASE, NumPy"] = np.abs(sotto.scores() - ease(matrix, 20)).max()

        sotto.fit("ease-sparse", l2=20, neighbours=ITEMS)
        differences["sparse EASE, NumPy"] = np.abs(sotto.scores() - ease_on_neighbours(matrix, 20)).max()

        file = sotto.fit("ials", rank=8, epochs=5, unobserved=0.3, reg=0.01)
        items = factors_of(file, sotto.order)
        differences["iALS fold-in, NumPy"] = np.abs(sotto.scores() - fold_in(matrix, items, 0.3, 0.01)).max()

        # At the minimum both have the same scores, whatever the factors: one dimension has but one minimum.
        unobserved, reg = 0.3, 2.0
        sotto.fit("ials", rank=1, epochs=1000, unobserved=unobserved, reg=reg, exponent=0)
        peer = AlternatingLeastSquares(
            factors=1, regularization=reg * (1 + unobserved) / unobserved, alpha=1 + 1 / unobserved, iterations=1000,
            use_cg=False, use_gpu=False, num_threads=1, random_state=1, dtype=np.float64,
        )
        peer.fit(sparse, show_progress=False)
        expected = peer.user_factors @ peer.item_factors.T / (1 + unobserved)
        differences["iALS, implicit"] = np.abs(sotto.scores() - expected).max()

        # With all items as neighbours it does not matter whose they are.
        sotto.fit("item-knn", k=ITEMS, bm25=0, shrink=0)
        neighbours = CosineRecommender(K=ITEMS)
        neighbours.fit(sparse, show_progress=False)
        similarity = neighbours.similarity.toarray()
        np.fill_diagonal(similarity, 0)
        differences["item-kNN, implicit"] = np.abs(sotto.scores() - matrix @ similarity).max()

        # All users of a positive cosine vote.
        sotto.fit("user-knn", k=USERS, bm25=0, shrink=0)
        rows = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        differences["user-kNN, NumPy"] = np.abs(sotto.scores() - rows @ rows.T @ matrix).max()

    for name, difference in differences.items():
        print(f"{name}: {difference:.1e}")
    if max(differences.values()) > TOLERANCE:
        sys.exit(f"a difference is above {TOLERANCE}")


if __name__ == "__main__":
    main()
