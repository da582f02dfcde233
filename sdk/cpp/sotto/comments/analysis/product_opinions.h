// What a room thinks of each product: the verdicts on the comments that name it, and, apart from those, on the comments
// that name none while it is on stage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/decay.h"
#include "sotto/comments/analysis/product_mentions.h"
#include "sotto/comments/analysis/tally.h"

namespace sotto::comments::analysis {

struct ProductOpinion {
  std::string id;
  Opinion named;
  Opinion on_stage;      // of comments that name no product while this one is on stage
  uint64_t by_name = 0;  // how it was named; the three make named.comments
  uint64_t by_number = 0;
  uint64_t by_sound = 0;
};

class ProductOpinions {
 public:
  // Precondition: 1 <= half_life_s <= 86,400.
  explicit ProductOpinions(double half_life_s) : decay_(half_life_s) {}

  // Another list. Products that stay, by their id, keep what is known of them; none is on stage afterwards.
  // Errors: as ProductMentions::Create; the old list stays then.
  Status SetProducts(std::span<const Product> products, const SyllableOf& syllable_of);

  // By place in the list; a place that is not in it means none.
  void SetOnStage(std::optional<uint32_t> product);

  // The verdict on one comment. It counts in full for each product that the comment names.
  void Observe(double time_s, std::span<const char32_t> symbols, SentimentLabel label, double score);

  // In the order of the list.
  std::vector<ProductOpinion> Read(double now_s) const;

 private:
  struct State {
    std::string id;
    Tally named;
    Tally on_stage;
    uint64_t kinds[3] = {0, 0, 0};  // by MentionKind
  };

  Decay decay_;
  ProductMentions mentions_;
  std::vector<State> states_;
  std::optional<uint32_t> on_stage_;
  std::vector<Mention> found_;
};

}  // namespace sotto::comments::analysis
