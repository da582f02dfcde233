#include "sotto/recommend/ranking/taste.h"

#include <algorithm>
#include <cmath>

namespace sotto::recommend {

bool Taste::Add(uint32_t product, EventKind kind) {
  if (kind == EventKind::kShown) return false;
  const bool less = kind == EventKind::kLess;
  if (unwanted(product) && kind == EventKind::kView) return false;
  double weight = static_cast<double>(WeightOf(kind));
  const auto known = std::ranges::find(strongest_, product, &Sign::product);
  if (known != strongest_.end()) {
    if (!less) weight = std::max(weight, known->weight);
    strongest_.erase(known);
  }
  engaged_[product] = less ? 0 : 1;
  unwanted_[product] = less ? 1 : 0;
  strongest_.push_back({product, weight});

  const auto unwanted_sign = [](const Sign& sign) { return sign.weight < 0; };
  if (static_cast<size_t>(std::ranges::count_if(strongest_, unwanted_sign)) > kMaxLess) {
    strongest_.erase(std::ranges::find_if(strongest_, unwanted_sign));
  }
  if (strongest_.size() > kMaxSigns) strongest_.erase(strongest_.begin());
  Fade();
  return true;
}

void Taste::Fade() {
  faded_ = strongest_;
  for (size_t i = 0; i < faded_.size(); ++i) {
    faded_[i].weight *= kHalfLife / (kHalfLife + static_cast<double>(faded_.size() - 1 - i));
  }
}

void Taste::Compare(const QuantisedRows& rows, std::span<float> content, std::span<float> less) const {
  std::ranges::fill(content, 0.0F);
  std::ranges::fill(less, 0.0F);

  std::vector<double> mean(rows.columns(), 0);
  for (const Sign& sign : faded_) {
    if (sign.weight > 0) rows.AddTo(sign.product, sign.weight, mean);
  }
  double squares = 0;
  for (const double value : mean) squares += value * value;
  if (squares > 0) {
    rows.DotAll(rows.Quantise(mean), content);
    for (const Sign& sign : faded_) {  // no product speaks for itself
      if (sign.weight <= 0) continue;
      content[sign.product] -= static_cast<float>(sign.weight) * rows.Dot(sign.product, rows.QueryOf(sign.product));
    }
    const auto length = static_cast<float>(std::sqrt(squares));
    for (float& cosine : content) cosine = std::clamp(cosine / length, -1.0F, 1.0F);
  }

  std::vector<float> cosines(less.size());
  for (const Sign& sign : faded_) {
    if (sign.weight >= 0) continue;
    rows.DotAll(rows.QueryOf(sign.product), cosines);
    for (size_t i = 0; i < less.size(); ++i) less[i] = std::clamp(cosines[i], less[i], 1.0F);
  }
}

std::optional<uint32_t> Taste::Because(const QuantisedRows& rows, uint32_t product) const {
  std::optional<uint32_t> because;
  double most = 0;
  const QuantisedQuery query = rows.QueryOf(product);
  for (const Sign& sign : faded_) {
    if (sign.weight <= 0 || sign.product == product) continue;
    const double part = sign.weight * static_cast<double>(rows.Dot(sign.product, query));
    if (part <= most) continue;
    most = part;
    because = sign.product;
  }
  return because;
}

}  // namespace sotto::recommend
