// Item neighbours: what viewers took together. G. Linden, B. Smith, J. York, "Amazon.com Recommendations: Item-to-Item
// Collaborative Filtering", IEEE Internet Computing 7(1), 2003; M. Deshpande, G. Karypis, "Item-Based Top-N
// Recommendation Algorithms", ACM TOIS 22(1), 2004.
//
// An item is the row of what each user gave it, weighed as sparse_rows.h says. The similarity of two items is the
// rows' dot product, times shared / (shared + shrink), where `shared` users have both (R. Bell, Y. Koren, "Scalable
// Collaborative Filtering with Jointly Derived Neighborhood Interpolation Weights", ICDM 2007, section 3). A score is
// the sum, over the history, of weight * similarity, as far as one of the two items is among the other's k most
// similar.
#pragma once

#include <vector>

#include "sotto/recommend/model.h"
#include "sotto/recommend/models/sparse_rows.h"

namespace sotto::recommend {

enum class KnnNeighbours : uint8_t {
  // Those of the item that is scored: each has the same number of chances, so that a popular item is not everybody's
  // neighbour (B. Sarwar, G. Karypis, J. Konstan, J. Riedl, "Item-based Collaborative Filtering Recommendation
  // Algorithms", WWW 2001, section 3.2).
  kOfCandidate = 0,
  // Those of the item that was engaged with, as Deshpande and Karypis, and the libraries `implicit` and RecPack.
  kOfEngaged = 1,
};

// Defaults: the best on one item of each user that was held back of the training part of MovieLens 1M.
struct ItemKnnOptions {
  uint32_t k = 200;  // 1 or more
  KnnNeighbours neighbours = KnnNeighbours::kOfCandidate;
  KnnWeighting weighting = KnnWeighting::kBm25;
  Bm25Options bm25 = {};
  float shrink = 0;  // in users, >= 0
};

class ItemKnnModel final : public Model {
 public:
  static constexpr std::string_view kKind = "item-knn";

  // Of equal similarities the lower item number is kept. Time: the sum of squares of the histories' lengths.
  // Errors: kInvalidArgument for options out of range.
  // Deterministic, and the same on every platform.
  static Result<ItemKnnModel> Fit(const Interactions& interactions, const ItemKnnOptions& options);

  // Of each item u32 neighbours, then for each u32 item, f32 similarity, by ascending item.
  // Errors: kTruncated; kMalformed for a neighbour that is out of range, the item itself or not after the one before
  // it, a similarity that is not from 0 (excluded) to 1e24, or bytes left over.
  static Result<ItemKnnModel> Read(ByteReader& in, uint32_t items);

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return similar_.rows(); }
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 protected:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

 private:
  ItemKnnModel() = default;

  SparseRows similar_;  // items x items
};

}  // namespace sotto::recommend
