#include "sotto/comments/analysis/product_opinions.h"

#include <algorithm>
#include <utility>

namespace sotto::comments::analysis {

Status ProductOpinions::SetProducts(std::span<const Product> products, const SyllableOf& syllable_of) {
  SOTTO_ASSIGN_OR_RETURN(ProductMentions mentions, ProductMentions::Create(products, syllable_of));
  std::vector<State> states;
  states.reserve(products.size());
  for (const Product& product : products) {
    const auto known =
        std::find_if(states_.begin(), states_.end(), [&](const State& state) { return state.id == product.id; });
    states.push_back(known == states_.end() ? State{.id = product.id, .named = {}, .on_stage = {}} : *known);
  }
  mentions_ = std::move(mentions);
  states_ = std::move(states);
  on_stage_.reset();
  return {};
}

void ProductOpinions::SetOnStage(std::optional<uint32_t> product) {
  on_stage_ = product && *product < states_.size() ? product : std::nullopt;
}

void ProductOpinions::Observe(double time_s, std::span<const char32_t> symbols, SentimentLabel label, double score) {
  if (const double factor = decay_.Advance(time_s); factor != 1) {
    for (State& state : states_) {
      state.named.Multiply(factor);
      state.on_stage.Multiply(factor);
    }
  }
  mentions_.Find(symbols, found_);
  for (const Mention& mention : found_) {
    State& state = states_[mention.product];
    state.named.Add(decay_, time_s, label, score);
    ++state.kinds[static_cast<size_t>(mention.kind)];
  }
  if (found_.empty() && on_stage_) states_[*on_stage_].on_stage.Add(decay_, time_s, label, score);
}

std::vector<ProductOpinion> ProductOpinions::Read(double now_s) const {
  std::vector<ProductOpinion> opinions;
  opinions.reserve(states_.size());
  for (const State& state : states_) {
    opinions.push_back({.id = state.id,
                        .named = state.named.Read(decay_, now_s),
                        .on_stage = state.on_stage.Read(decay_, now_s),
                        .by_name = state.kinds[static_cast<size_t>(MentionKind::kName)],
                        .by_number = state.kinds[static_cast<size_t>(MentionKind::kNumber)],
                        .by_sound = state.kinds[static_cast<size_t>(MentionKind::kSound)]});
  }
  return opinions;
}

}  // namespace sotto::comments::analysis
