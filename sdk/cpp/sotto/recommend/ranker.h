// Ranks the products of a room for one viewer: content for every product, the room's EASE model where it knows them,
// blended, with the reason for each place. Everything here happens on the device.
//
// Each of the two gives a product the weighted mean, over the viewer's engagements, of how near the two products are: a
// cosine of content vectors, or the model's weight. Before they are blended each is divided by its largest magnitude
// among the candidates, so that `ease_weight` means the same whatever the model's scale. Of a product that it does not
// know the model says 0, neither for nor against. The score is a sum over engagements: the reason is its largest term.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/models/load.h"

namespace sotto::recommend {

enum class ReasonKind : uint8_t {
  // Nothing that the viewer did speaks for it. Without a history that is so for all: they come by what the room likes
  // (the sum of the model's weights towards the product), or in the catalogue's order without a model.
  kPopular = 0,
  kSimilar = 1,   // its content resembles `because`
  kTogether = 2,  // viewers who engaged with `because` engaged with it too
};

struct Recommendation {
  uint32_t product = 0;
  float score = 0;  // higher is better; comparable within one answer only
  ReasonKind reason = ReasonKind::kPopular;
  std::optional<uint32_t> because;  // the engaged product that contributed most; none for kPopular
  float content_share = 0;          // |content's part| of |content's part| + |the model's part|; 0 if both are 0
};

struct RankOptions {
  uint32_t k = 10;               // 1 or more; at most the catalogue's size is returned
  float ease_weight = 0.7f;      // 0: content only, 1: the model only
  float half_life = 16.0f;       // an engagement counts half / (half + newer ones); > 0
  bool include_engaged = false;  // the products of the history are left out otherwise
};

class Ranker {
 public:
  // Errors as ContentVectors; kInvalidArgument for an empty catalogue, kResourceExhausted above 100,000 products.
  static Result<Ranker> Create(std::vector<Product> catalogue, const ContentOptions& content);

  // Takes a room's model into use. Items that the catalogue lacks are skipped.
  // kMismatch if not one item is in the catalogue, or the model is not of the kind "ease".
  Status UseModel(const NamedModel& model);

  // The best products first; ties by catalogue order. An engagement's item is an index into the catalogue; the newest
  // comes last. A product may occur in the history more than once. The same bits on every platform. kInvalidArgument
  // for a product index outside the catalogue, a weight that is not finite and positive, or options out of range. For
  // 10,000 products a few milliseconds.
  Result<std::vector<Recommendation>> Rank(std::span<const Engagement> history, const RankOptions& options) const;

  const std::vector<Product>& catalogue() const { return catalogue_; }
  std::string_view model_version() const { return model_version_; }  // empty before UseModel

 private:
  Ranker() = default;

  struct Interest {
    uint32_t product;
    double weight;  // all together sum to 1
  };
  struct Scores {
    std::vector<float> content;   // of each product; divided by the largest magnitude among the candidates
    std::vector<float> together;  // likewise, 0 where the model does not know the product
    float content_scale = 1;
    float together_scale = 1;
  };

  Status CheckHistory(std::span<const Engagement> history) const;
  std::vector<Interest> Interests(std::span<const Engagement> history, float half_life) const;
  Scores ScoreAll(std::span<const Interest> interests, std::span<const uint32_t> candidates) const;
  float ContentSimilarity(uint32_t one, uint32_t other) const;
  float TogetherWeight(uint32_t from, uint32_t to) const;  // 0 where the model does not know one of the two
  std::vector<Recommendation> RankWithoutHistory(std::span<const uint32_t> candidates, size_t k) const;
  void Explain(std::span<const Interest> interests, const Scores& scores, float ease_weight,
               Recommendation& recommendation) const;

  static constexpr int32_t kUnknown = -1;

  std::vector<Product> catalogue_;
  Matrix content_;  // products x columns
  std::string model_version_;
  std::vector<int32_t> model_index_;  // of each product: its row in weights_, or kUnknown
  Matrix weights_;                    // of the known products, known x known
};

}  // namespace sotto::recommend
