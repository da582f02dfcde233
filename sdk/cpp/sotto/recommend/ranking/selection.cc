#include "sotto/recommend/ranking/selection.h"

#include <algorithm>
#include <optional>

namespace sotto::recommend {
namespace {

// How many more of each cap's category or brand may be listed.
class Caps {
 public:
  Caps(const Catalogue& catalogue, std::span<const Cap> caps) : catalogue_(catalogue) {
    for (const Cap& cap : caps) {
      Left left{.under = {}, .brand = &cap.brand, .count = cap.most};
      if (!cap.category.empty()) left.under = catalogue.CategoriesUnder(cap.category);
      left_.push_back(std::move(left));
    }
  }

  bool Allows(uint32_t product) const {
    return std::ranges::none_of(left_, [&](const Left& left) { return left.count == 0 && Concerns(left, product); });
  }

  void Count(uint32_t product) {
    for (Left& left : left_) {
      if (left.count > 0 && Concerns(left, product)) --left.count;
    }
  }

 private:
  struct Left {
    std::vector<bool> under;  // by category; empty: of a brand
    const std::string* brand;
    uint32_t count;
  };

  bool Concerns(const Left& left, uint32_t product) const {
    if (left.under.empty()) return catalogue_.products()[product].brand == *left.brand;
    return left.under[catalogue_.traits(product).category];
  }

  const Catalogue& catalogue_;
  std::vector<Left> left_;
};

bool Better(const Candidate& a, const Candidate& b) {
  return a.value != b.value ? a.value > b.value : a.product < b.product;
}

// A candidate of the best, with what diversity needs of it.
struct Contender {
  Candidate candidate;
  double relevance;
  float nearest;  // largest cosine with what is listed; 0 if nothing is near
};

std::vector<Contender> Contenders(std::span<const Candidate> best) {
  std::vector<Contender> contenders;
  const double least = best.empty() ? 0 : best.back().value;
  const double range = best.empty() ? 0 : best.front().value - least;
  for (const Candidate& candidate : best) {
    contenders.push_back({candidate, range > 0 ? (candidate.value - least) / range : 0, 0});
  }
  return contenders;
}

// Moves up to `places` of `contenders` to `listed`, by maximal marginal relevance.
void Diversify(const QuantisedRows& rows, float diversity, size_t places, std::span<const Pin> pins,
               std::vector<Contender>& contenders, Caps& caps, std::vector<uint32_t>& listed) {
  const auto comes_near = [&](uint32_t product) {
    const QuantisedQuery query = rows.QueryOf(product);
    for (Contender& one : contenders) one.nearest = std::max(one.nearest, rows.Dot(one.candidate.product, query));
  };
  for (const Pin& pin : pins) comes_near(pin.product);
  const auto weight = static_cast<double>(diversity);
  while (listed.size() < places && !contenders.empty()) {
    size_t next = contenders.size();
    double most = 0;
    for (size_t i = 0; i < contenders.size(); ++i) {
      const Contender& one = contenders[i];
      if (!caps.Allows(one.candidate.product)) continue;
      const double worth = (1 - weight) * one.relevance - weight * static_cast<double>(one.nearest);
      // They stand by value and then by catalogue, so that of equals the first is right, unless only the worth is
      // equal.
      const bool wins = next == contenders.size() || worth > most ||
                        (worth == most && one.candidate.product < contenders[next].candidate.product);
      if (!wins) continue;
      next = i;
      most = worth;
    }
    if (next == contenders.size()) return;
    const uint32_t product = contenders[next].candidate.product;
    contenders.erase(contenders.begin() + static_cast<ptrdiff_t>(next));
    caps.Count(product);
    listed.push_back(product);
    comes_near(product);
  }
}

}  // namespace

std::vector<uint32_t> Select(const Catalogue& catalogue, std::vector<Candidate> candidates, size_t k, float diversity,
                             std::span<const Cap> caps, std::span<const Pin> pins) {
  Caps left(catalogue, caps);
  for (const Pin& pin : pins) left.Count(pin.product);
  const size_t places = std::min(k - pins.size(), candidates.size());

  // The best are put in order first; the others only if they are needed.
  const size_t wanted = std::max(std::min(k, candidates.size()) * 4, kDiversePlaces);
  const size_t pool = std::min({wanted, kMaxDivergingPool, candidates.size()});
  const auto end_of_pool = candidates.begin() + static_cast<ptrdiff_t>(pool);
  std::partial_sort(candidates.begin(), end_of_pool, candidates.end(), Better);

  std::vector<uint32_t> chosen;
  std::vector<Candidate> best(candidates.begin(), end_of_pool);
  if (diversity > 0) {
    std::vector<Contender> contenders = Contenders(best);
    Diversify(catalogue.content(), diversity, std::min(places, kDiversePlaces), pins, contenders, left, chosen);
    best.clear();
    for (const Contender& one : contenders) best.push_back(one.candidate);
  }
  const auto fill_from = [&](std::span<const Candidate> ordered) {
    for (const Candidate& candidate : ordered) {
      if (chosen.size() == places) return;
      if (!left.Allows(candidate.product)) continue;
      left.Count(candidate.product);
      chosen.push_back(candidate.product);
    }
  };
  fill_from(best);
  if (chosen.size() < places && pool < candidates.size()) {
    std::sort(end_of_pool, candidates.end(), Better);
    fill_from({end_of_pool, candidates.end()});
  }

  std::vector<uint32_t> listed;
  auto next = chosen.begin();
  for (const Pin& pin : pins) {
    while (listed.size() < pin.place && next != chosen.end()) listed.push_back(*next++);
    listed.push_back(pin.product);
  }
  listed.insert(listed.end(), next, chosen.end());
  return listed;
}

}  // namespace sotto::recommend
