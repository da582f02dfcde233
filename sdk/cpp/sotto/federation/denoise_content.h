// Denoising a Gram matrix with what is publicly known of its items. Where denoise.h knows of the noise alone, this also
// knows that films of one genre and decade, or teas of one kind, are taken by the same viewers, and by how much.
//
// Model: an entry off the diagonal is c_i c_j + E_ij, and noise of a known variance. The first term is popularity, the
// rank-one part. E has a matrix-normal prior, cov(E_ij, E_kl) = t K_ik K_jl, with K = S + S o S / 2 + u I: S_ij is how
// alike the items are, the elementwise square lets features act together, and u is for what content does not say. The
// posterior mean is, in K's eigenvectors with eigenvalues k_a, the shrinkage t k_a k_b / (t k_a k_b + noise) of each
// entry: exact, since the noise is the same in every direction. t and u are those of the largest marginal likelihood,
// computed from the noisy matrix itself, so that nothing is tuned by data which is not released (C. Rasmussen,
// C. Williams, "Gaussian Processes for Machine Learning", 2006, sections 2.2 and 5.4; the eigenvectors of a Kronecker
// product: O. Stegle et al., NeurIPS 2011).
//
// The diagonal counts viewers, not pairs, and is no part of the model: its entries are treated as missing and filled in
// with the model's own, over and over (A. Dempster, N. Laird, D. Rubin, "Maximum Likelihood from Incomplete Data via
// the EM Algorithm", 1977). The result's diagonal is the model's as well.
#pragma once

#include "sotto/recommend/matrix.h"

namespace sotto::federation {

struct DenoisedGram {
  recommend::Matrix gram;      // c c' + E
  recommend::Matrix rank_one;  // c c': what popularity alone would give
};

// Preconditions: `noisy` is square, symmetric, finite and at least 2 x 2; noise_variance >= 0 is that of its entries;
// `likeness` (S) is as large, symmetric, positive semidefinite and finite, with entries from 0 to 1.
DenoisedGram DenoiseWithContent(const recommend::Matrix& noisy, double noise_variance,
                                const recommend::Matrix& likeness);

// S from memberships (recommend/models/taste.h), items x features: the mean Bhattacharyya coefficient
// sum_f sqrt(F_if F_jf) / g, where g is the largest sum of a row; 1 on the diagonal where a row has that sum.
recommend::Matrix Likeness(const recommend::Matrix& memberships);

}  // namespace sotto::federation
