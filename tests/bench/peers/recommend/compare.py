"""Sotto's iALS beside implicit's AlternatingLeastSquares: the same loss on the same pairs and processor. See README.md."""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # implicit's own threads do the work; before NumPy is loaded

import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402

import pairs as data  # noqa: E402

ROOT = Path(__file__).resolve().parents[4]


class Loss:
    """sum over pairs of (1 - x)^2 + unobserved * sum over all of x^2 + reg (|W|^2 + |H|^2), in double precision."""

    def __init__(self, matrix: sp.csr_matrix, unobserved: float, reg: float):
        self.matrix = matrix.tocoo()
        self.unobserved = unobserved
        self.reg = reg

    def __call__(self, users: np.ndarray, items: np.ndarray) -> float:
        users = users.astype(np.float64)
        items = items.astype(np.float64)
        errors = 0.0
        for start in range(0, self.matrix.nnz, 20_000):  # parts that stay in the cache
            part = slice(start, start + 20_000)
            scores = np.einsum("ij,ij->i", users[self.matrix.row[part]], items[self.matrix.col[part]])
            errors += np.sum((1 - scores) ** 2)
        everywhere = np.sum((users.T @ users) * (items.T @ items))
        penalty = np.sum(users**2) + np.sum(items**2)
        return float(errors + self.unobserved * everywhere + self.reg * penalty)


def implicit_run(matrix, loss, unobserved, reg, rank, epochs, threads, cg, seed):
    """Seconds and loss after each iteration. implicit weighs a pair c and everything else 1, with c as the target's
    weight; divided by `unobserved` and with factors divided by the root of t = 1 / (1 + unobserved), our loss is its."""
    model = AlternatingLeastSquares(
        factors=rank,
        regularization=reg * (1 + unobserved) / unobserved,
        alpha=1 + 1 / unobserved,
        iterations=epochs,
        use_cg=cg,
        use_gpu=False,
        num_threads=threads,
        random_state=seed,
    )
    root = (1 / (1 + unobserved)) ** 0.5
    rows = []
    state = {"wall": time.perf_counter(), "processor": time.process_time(), "spent": [0.0, 0.0]}

    def after(_iteration, *_):
        wall = time.perf_counter() - state["wall"] - state["spent"][0]
        processor = time.process_time() - state["processor"] - state["spent"][1]
        before = (time.perf_counter(), time.process_time())
        rows.append((wall, processor, loss(model.user_factors * root, model.item_factors * root)))
        state["spent"][0] += time.perf_counter() - before[0]
        state["spent"][1] += time.process_time() - before[1]

    model.fit(matrix, show_progress=False, callback=after)
    return rows


def sotto_run(sotto, path, unobserved, reg, rank, epochs, threads, block, seed):
    command = [sotto, "recommend", "fit", "--data", str(path), "--model", "ials", "--json"]
    command += ["--threads", str(threads), "--seed", str(seed)]
    settings = {"rank": rank, "epochs": epochs, "unobserved": unobserved, "reg": reg, "exponent": 0, "block": block}
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    run = lambda extra: json.loads(subprocess.run(command + extra, check=True, capture_output=True).stdout)["epochs"]  # noqa: E731
    losses = run(["--loss"])
    times = run([])
    return [(t["seconds"], t["processorSeconds"], x["loss"]) for t, x in zip(times, losses, strict=True)]


def reaching(rows, target):
    for epoch, (wall, processor, loss) in enumerate(rows, start=1):
        if loss <= target:
            return epoch, wall, processor
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=ROOT.parent / "shared/data/rec/ml-1m", type=Path)
    parser.add_argument("--sotto", default=str(ROOT / "build/release/tools/cli/sotto"))
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--unobserved", type=float, default=0.3)
    parser.add_argument("--reg", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cholesky", action="store_true", help="implicit's exact solver as well, which is slow")
    parser.add_argument("--blocks", type=int, nargs="*", default=[32], help="of dimensions that are solved at once; 0: all")
    options = parser.parse_args()
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: options.threads]))

    chosen = data.movielens(options.data)
    users, items = (np.array(column) for column in zip(*chosen, strict=True))
    matrix = sp.csr_matrix((np.ones(len(chosen), np.float32), (users, items)))
    loss = Loss(matrix, options.unobserved, options.reg)
    common = (options.unobserved, options.reg, options.rank, options.epochs, options.threads)
    runs = {}
    runs["implicit"] = implicit_run(matrix, loss, *common, True, options.seed)
    if options.cholesky:
        runs["implicit, Cholesky"] = implicit_run(matrix, loss, *common, False, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.txt"
        data.write(chosen, path)
        for block in options.blocks:
            name = f"Sotto, blocks of {block}" if block else "Sotto, plain ALS"
            runs[name] = sotto_run(options.sotto, path, *common, block, options.seed)

    peer = runs["implicit"]
    target = peer[-1][2]
    print(f"{len(chosen)} pairs, {matrix.shape[0]} x {matrix.shape[1]}, rank {options.rank}, {options.threads} thread(s)")
    print(f"to the loss that implicit has after {options.epochs} iterations, {target:.0f}:\n")
    print("| | epochs | seconds | processor seconds | ratio | s/epoch | last loss |")
    print("|---|---|---|---|---|---|---|")
    for name, rows in runs.items():
        each = rows[-1][1] / len(rows)
        reached = reaching(rows, target)
        if reached is None:
            print(f"| {name} | - | - | - | - | {each:.3f} | {rows[-1][2]:.0f} |")
            continue
        epoch, wall, processor = reached
        ratio = peer[-1][1] / processor
        print(
            f"| {name} | {epoch} | {wall:.2f} | {processor:.2f} | {ratio:.2f} | {each:.3f} | {rows[-1][2]:.0f} |"
        )


if __name__ == "__main__":
    main()
