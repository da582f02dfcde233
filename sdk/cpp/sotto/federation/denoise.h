// Shrinks a noisy Gram matrix by noise whose variance is exactly known.
//
// The eigenvalues of pure symmetric noise of variance s^2 an entry fill the range from -2u to 2u, u = s sqrt(m), m
// items (Wigner's semicircle; that the diagonal has the variance of the other entries, not twice it as in the Gaussian
// orthogonal ensemble, moves the edge by the order of 1/m of itself).
//   - An eigenvalue y above the edge 2u carries signal and noise. It becomes sqrt(y^2 - 4 u^2), which is optimal
//     for the Frobenius loss: M. Gavish and D. Donoho, "Optimal Shrinkage of Singular Values", IEEE Trans. Inf. Theory
//     63 (2017), eq. 7 with beta = 1; the symmetric case is the same (F. Benaych-Georges and R. Nadakuditi, "The
//     eigenvalues and eigenvectors of finite, low rank perturbations of large random matrices", Adv. Math. 227 (2011)).
//   - That loss would drop everything below the edge. For ranking this is wrong: in a round of some hundred viewers no
//     eigenvector stands out, but all together still order the items better than nothing does. So an eigenvalue keeps a
//     quarter of itself at least. The quarter was chosen on simulated rooms (`sotto swarm --in-process --repeat 10`, 24
//     products, epsilon 7.75; HR@5 is .247 by content alone): keeping nothing, a quarter or all gives .265, .322, .321
//     with 400 viewers, .304, .373, .379 with 2,000, and .557, .542, .462 with 10,000.
//   - A Gram matrix has no negative eigenvalues, so what is below zero becomes zero.
#pragma once

#include "sotto/recommend/matrix.h"

namespace sotto::federation {

// Preconditions: `noisy` is square, symmetric, finite and not empty; noise_variance >= 0 is that of each of its
// entries.
recommend::Matrix Denoise(const recommend::Matrix& noisy, double noise_variance);

}  // namespace sotto::federation
