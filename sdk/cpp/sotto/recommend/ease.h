// EASE: a closed-form linear item-item model. H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW
// 2019, eq. 8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

inline constexpr size_t kMaxEaseItems = 8192;

struct EaseOptions {
  float l2 = 500.0f;  // lambda > 0, in units of co-occurrence counts
};

// Fits item-item weights from an item-item Gram matrix.
//   gram     items x items, symmetric, finite; diagonal = item counts (>= 0). Noise is allowed: negative eigenvalues
//            are clamped to 0.
//   returns  weights, items x items, zero diagonal; score(user) = user_history * weights.
// Errors: kInvalidArgument if gram is empty, not square, not symmetric (within 1e-5 of its largest entry) or not
// finite, if l2 is not finite and > 0, or if the weights would overflow; kResourceExhausted above kMaxEaseItems.
// Deterministic on one build; between platforms the weights agree within rounding.
Result<Matrix> FitEase(const Matrix& gram, const EaseOptions& options);

// Fitted weights with the items they belong to and a version, as they travel from the server to the device.
class EaseModel {
 public:
  // `items` name the rows and columns. kInvalidArgument if the sizes differ or are 0, an id or the version is empty or
  // longer than 64 bytes, an id is repeated, or a weight is not finite; kResourceExhausted above kMaxEaseItems.
  static Result<EaseModel> Create(std::vector<std::string> items, Matrix weights, std::string version);

  // Little-endian file: magic "SOEA", u16 format version (1), short string version, u32 items, their short strings,
  // items^2 f32 row by row, u64 FNV-1a of all bytes before it. What Create refuses, Load does.
  // Errors: kMalformed, kTruncated, kUnsupportedVersion, kMismatch (checksum), kResourceExhausted above kMaxEaseItems.
  static Result<EaseModel> Load(ByteSpan file);
  Bytes Serialise() const;

  const std::vector<std::string>& items() const { return items_; }
  const Matrix& weights() const { return weights_; }
  const std::string& version() const { return version_; }

 private:
  EaseModel() = default;
  std::vector<std::string> items_;
  Matrix weights_;
  std::string version_;
};

}  // namespace sotto::recommend
