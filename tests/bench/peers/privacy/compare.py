"""Epsilon of `sotto privacy epsilon` beside Google's dp-accounting, as a table.

    pip install -r requirements.txt
    python compare.py ../../../../build/release/tools/cli/sotto

Three numbers for each rho (the zCDP of everything that is composed) and delta:

  sotto   the optimal conversion of zCDP (Canonne, Kamath, Steinke 2020, corollary 13)
  RDP     the same question to dp-accounting's RDP accountant (ZCDpEvent), which converts at the orders that it is given:
          once at its own ones, once at 20,000 orders. It can only be above the optimum
  PLD     the privacy loss distribution of one Gaussian with that rho: what an accountant may say that knows the mechanism
          and not only its rho. It can only be below

Exits with 1 where sotto is above RDP at the many orders or below PLD, by more than 1e-6 of it.
"""

import argparse
import math
import subprocess
import sys

import numpy as np
from dp_accounting import dp_event
from dp_accounting.pld import pld_privacy_accountant
from dp_accounting.rdp import rdp_privacy_accountant

RHOS = [0.0005, 0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0]
DELTAS = [1e-5, 1e-8]
TOLERANCE = 1e-6
# Orders far beyond what a rho of 0.0005 asks for, in equal steps of their distance's logarithm to 1.
MANY_ORDERS = 1 + np.exp(np.linspace(math.log(1e-3), math.log(1e4), 20_000))


def sotto_epsilon(program, rho, delta):
    command = [program, "privacy", "epsilon", "--rho", repr(rho), "--delta", repr(delta)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rdp_epsilon(rho, delta, orders=None):
    accountant = rdp_privacy_accountant.RdpAccountant(orders)
    accountant.compose(dp_event.ZCDpEvent(rho))
    return accountant.get_epsilon(delta)


def pld_epsilon(rho, delta):
    accountant = pld_privacy_accountant.PLDAccountant(value_discretization_interval=1e-4)
    accountant.compose(dp_event.GaussianDpEvent(noise_multiplier=1 / math.sqrt(2 * rho)))
    return accountant.get_epsilon(delta)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the command line `sotto`")
    program = parser.parse_args().program

    print("| rho | delta | sotto | RDP, many orders | RDP, its own orders | PLD of a Gaussian |")
    print("|---|---|---|---|---|---|")
    failed = False
    for delta in DELTAS:
        for rho in RHOS:
            ours = sotto_epsilon(program, rho, delta)
            many = rdp_epsilon(rho, delta, MANY_ORDERS)
            own = rdp_epsilon(rho, delta)
            pld = pld_epsilon(rho, delta)
            print(f"| {rho} | {delta:.0e} | {ours:.6f} | {many:.6f} | {own:.6f} | {pld:.6f} |", flush=True)
            failed |= ours > many * (1 + TOLERANCE) or ours < pld * (1 - TOLERANCE)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
