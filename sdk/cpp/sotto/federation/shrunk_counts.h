// Counts behind noisy counts: each one's posterior mean under a prior that is learned from all of them. Empirical Bayes
// with the nonparametric maximum-likelihood prior (H. Robbins, 1956; J. Kiefer, J. Wolfowitz, 1956), by EM on a grid
// (C.-H. Zhang, "Generalized maximum likelihood estimation of normal mixture densities", Statistica Sinica 19, 2009).
// Most items of a catalogue are taken by few, so a count below the noise is shrunk towards few, not towards the mean.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sotto::federation {

// As many numbers as `noisy`, each from 0 to the largest count and in the order of `noisy`. noise_variance >= 0 is that
// of each; with none, the counts themselves are returned, those below 0 as 0.
std::vector<double> ShrunkCounts(std::span<const int64_t> noisy, double noise_variance);

}  // namespace sotto::federation
