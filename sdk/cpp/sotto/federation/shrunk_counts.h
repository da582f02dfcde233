// Counts behind noisy counts: each one's posterior mean under a prior that is learned from all of them. Empirical Bayes
// with the nonparametric maximum-likelihood prior (H. Robbins, 1956; J. Kiefer, J. Wolfowitz, 1956), by EM on a grid
// (C.-H. Zhang, "Generalized maximum likelihood estimation of normal mixture densities", Statistica Sinica 19, 2009).
// Most items of a catalogue are taken by few, so a count below the noise is shrunk towards few, not towards the mean;
// and towards what items of its kind have, where something is known of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/matrix.h"

namespace sotto::federation {

// As many numbers as `noisy`, each from 0 up. The prior is one of the ratio of a count to what `expected` says of it,
// the same for all; with equal expectations the result has the order of `noisy`. noise_variance >= 0 is that of each;
// with none, the counts themselves are returned, those below 0 as 0. Preconditions: `expected` has one finite number
// above 0 for each.
std::vector<double> ShrunkCounts(std::span<const int64_t> noisy, double noise_variance,
                                 std::span<const double> expected);

// What the memberships (recommend/models/taste.h), a row for each count, say of the counts: their linear regression on
// them, by least squares with an l2 of 20 items, at least a tenth of the mean count or 1.
// Precondition: as many rows as counts, entries from 0 to 1.
std::vector<double> ExpectedCounts(std::span<const int64_t> noisy, const recommend::Matrix& memberships);

}  // namespace sotto::federation
