// What a viewer likes and does not, as the newest products that say so, and what content makes of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/recommend/ranking/event.h"
#include "sotto/recommend/ranking/quantised_rows.h"

namespace sotto::recommend {

class Taste {
 public:
  static constexpr size_t kMaxSigns = 256;  // products that the taste is made of, the newest
  static constexpr size_t kMaxLess = 64;    // of them, products of which the viewer wants less, the newest
  static constexpr double kHalfLife = 16;   // a sign counts half / (half + newer signs)

  // One product that the viewer engaged with, or wants less of. `weight`: the strongest act (WeightOf), fading with the
  // number of newer signs; negative: less.
  struct Sign {
    uint32_t product;
    double weight;
  };

  explicit Taste(size_t products) : engaged_(products, 0), unwanted_(products, 0) {}

  // Returns whether it changed anything. A showing does not, and a view does not bring back what is unwanted.
  bool Add(uint32_t product, EventKind kind);

  std::span<const Sign> signs() const { return faded_; }  // oldest first
  bool engaged(uint32_t product) const { return engaged_[product] != 0; }
  bool unwanted(uint32_t product) const { return unwanted_[product] != 0; }

  // content[product]: cosine with the weighted mean of what the viewer engaged with, without the product's own part;
  // less[product]: cosine with the nearest unwanted product, 0 or more. Preconditions: as long as the rows.
  void Compare(const QuantisedRows& rows, std::span<float> content, std::span<float> less) const;

  // The engaged product whose content speaks most for `product`; none if none does.
  std::optional<uint32_t> Because(const QuantisedRows& rows, uint32_t product) const;

 private:
  void Fade();

  std::vector<Sign> strongest_;  // oldest first, each product once; before fading
  std::vector<Sign> faded_;
  std::vector<uint8_t> engaged_;
  std::vector<uint8_t> unwanted_;
};

}  // namespace sotto::recommend
