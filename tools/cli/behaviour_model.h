// A synthetic crowd: viewers made by the rules below, to show a round and to choose a task's parameters. Nothing in it
// was learned from people, and what is measured on it says how well the method finds structure that is there, not how
// people behave.
//
// The crowd has tastes that cut across the categories: someone looking for a present takes a tin of tea, a card and a
// towel. Content cannot know this, a room can. From the catalogue and a seed:
//   tastes       the products are dealt out, category by category, to one taste for every eight products (two at
//   least),
//                so that each product is of one taste and each taste holds products of many categories
//   popularity   in a random order of the products, the one at place r is drawn with a weight of 1 / sqrt(r)
//   a viewer     has one taste and engages 3 to 8 products, each once. Each is drawn from the taste (70 of 100 times),
//                from the category of the viewer's first product (15), or by popularity (15)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/recommend/content.h"

namespace sotto::cli {

class BehaviourModel {
 public:
  // kInvalidArgument for fewer than 8 products.
  static Result<BehaviourModel> Create(std::span<const recommend::Product> catalogue, uint64_t seed);

  // The products that one viewer engages, in order. Errors: those of `random`.
  Result<std::vector<uint32_t>> Viewer(RandomSource& random) const;

  const std::vector<std::vector<uint32_t>>& tastes() const { return tastes_; }

 private:
  BehaviourModel() = default;
  Result<uint32_t> ByPopularity(RandomSource& random) const;

  std::vector<std::vector<uint32_t>> tastes_;
  std::vector<std::vector<uint32_t>> categories_;  // the products of each top-level category
  std::vector<uint32_t> category_of_;              // of each product
  std::vector<uint64_t> popularity_;               // running sums of the weights
};

}  // namespace sotto::cli
