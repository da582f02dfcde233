// Shrinks a noisy Gram matrix by noise whose variance is exactly known.
//
// The eigenvalues of pure symmetric noise of variance s^2 an entry fill the range from -2u to 2u, u = s sqrt(m)
// (Wigner's semicircle), with the mean square u^2. (Here the diagonal has the variance of the other entries, not twice
// it as in the Gaussian orthogonal ensemble; that moves the edge by the order of 1/m of itself.)
//   - An eigenvalue y above the edge 2u carries signal and becomes sqrt(y^2 - 4 u^2), the optimal shrinkage for the
//     Frobenius loss: M. Gavish and D. Donoho, "Optimal Shrinkage of Singular Values", IEEE Trans. Inf. Theory 63
//     (2017), eq. 7 with beta = 1, which is also the symmetric case (F. Benaych-Georges and R. Nadakuditi, Adv. Math.
//     227 (2011), section 3.1).
//   - The largest is kept as it is: counts are not negative, so there always is one direction of signal, how much each
//     item is liked.
//   - The others may hold signal that no single one shows. They are scaled by what their energy exceeds the noise's,
//     max(0, 1 - u^2 / mean square): W. James and C. Stein, "Estimation with Quadratic Loss", 1961.
//   - A Gram matrix has no negative eigenvalues, so what is below zero becomes zero.
#pragma once

#include "sotto/recommend/matrix.h"

namespace sotto::federation {

// Preconditions: `noisy` is square, symmetric, finite and not empty; noise_variance >= 0 is that of each of its
// entries.
recommend::Matrix Denoise(const recommend::Matrix& noisy, double noise_variance);

}  // namespace sotto::federation
