// Ranks the products of a room for one viewer: content for every product, the room's EASE model where it knows them,
// blended, with the reason for each place. Everything here happens on the device.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/ease.h"

namespace sotto::recommend {

// What the viewer did with a product, newest last.
struct Engagement {
  uint32_t product = 0;  // index into the catalogue
  float weight = 1.0f;   // > 0: view 0.3, click 1, cart 2, buy 3 by convention
};

enum class ReasonKind : uint8_t {
  kPopular = 0,   // no history yet: what the room likes (EASE model's item strength) or the catalogue's order
  kSimilar = 1,   // its content resembles `because`
  kTogether = 2,  // viewers who engaged with `because` engaged with it too
};

struct Recommendation {
  uint32_t product = 0;
  float score = 0;  // higher is better; comparable within one answer only
  ReasonKind reason = ReasonKind::kPopular;
  std::optional<uint32_t> because;  // the engaged product that contributed most; none for kPopular
  float content_share = 0;          // share of the score that content gave, 0 to 1
};

struct RankOptions {
  uint32_t k = 10;               // 1 or more; at most the catalogue's size is returned
  float ease_weight = 0.5f;      // 0: content only, 1: EASE only (where it knows the product)
  float half_life = 16.0f;       // engagements after which one counts half; > 0
  bool include_engaged = false;  // the products of the history are left out otherwise
};

class Ranker {
 public:
  // Errors as ContentVectors; kInvalidArgument for an empty catalogue, kResourceExhausted above 100,000 products.
  static Result<Ranker> Create(std::vector<Product> catalogue, const ContentOptions& content);

  // Takes a room's model into use. Items that the catalogue lacks are skipped.
  // kMismatch if not one item is in the catalogue.
  Status UseModel(const EaseModel& model);

  // The best products first; ties by catalogue order. kInvalidArgument for a product index outside the catalogue,
  // a weight that is not finite and positive, or options out of range.
  Result<std::vector<Recommendation>> Rank(std::span<const Engagement> history, const RankOptions& options) const;

  const std::vector<Product>& catalogue() const { return catalogue_; }
  std::string_view model_version() const { return model_version_; }  // empty before UseModel

 private:
  Ranker() = default;
  std::vector<Product> catalogue_;
  std::string model_version_;
  // The implementer completes the private part.
};

}  // namespace sotto::recommend
