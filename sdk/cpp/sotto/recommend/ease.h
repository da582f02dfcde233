// EASE: a closed-form linear item-item model. H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW
// 2019, eq. 8.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

struct EaseOptions {
  float l2 = 500.0f;  // lambda > 0, in units of co-occurrence counts
};

// Fits item-item weights from an item-item Gram matrix.
//   gram     items x items, symmetric, finite; diagonal = item counts (>= 0). Noise is allowed: negative eigenvalues
//   are clamped. returns  weights, items x items, zero diagonal; score(user) = user_history * weights.
// Errors: kInvalidArgument if gram is not square, not symmetric or not finite, or l2 <= 0; kResourceExhausted above
// 8,192 items.
Result<Matrix> FitEase(const Matrix& gram, const EaseOptions& options);

// Fitted weights with the items they belong to and a version, as they travel from the server to the device.
class EaseModel {
 public:
  // `items` name the rows and columns. kInvalidArgument if the sizes differ, an id is empty, repeated or longer than 64
  // bytes, or a weight is not finite.
  static Result<EaseModel> Create(std::vector<std::string> items, Matrix weights, std::string version);

  // Little-endian file: magic "SOEA", u16 format version (1), short string version, u32 items, their short strings,
  // items^2 f32, u64 checksum. Errors: kMalformed, kTruncated, kUnsupportedVersion, kMismatch (checksum),
  // kResourceExhausted above 8,192 items.
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
