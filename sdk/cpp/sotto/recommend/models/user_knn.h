// User neighbours: what the viewers took whose histories resemble this one. J. Herlocker, J. Konstan, A. Borchers,
// J. Riedl, "An Algorithmic Framework for Performing Collaborative Filtering", SIGIR 1999.
//
// The viewer's history and every user's are rows over the items, weighed as sparse_rows.h says; their similarity is the
// rows' cosine, times shared / (shared + shrink), where `shared` items are in both. The k most similar users of a
// positive similarity vote: a score is the sum of similarity * what the user gave the item.
//
// The model is the users' histories themselves. It is for a server's own data and for comparison; a room that promises
// that nobody's history leaves the device has no such model to send.
#pragma once

#include <vector>

#include "sotto/recommend/model.h"
#include "sotto/recommend/models/sparse_rows.h"

namespace sotto::recommend {

// Defaults: the best on one item of each user that was held back of the training part of MovieLens 1M.
struct UserKnnOptions {
  uint32_t k = 50;  // 1 or more
  KnnWeighting weighting = KnnWeighting::kCosine;
  Bm25Options bm25 = {};
  float shrink = 0;  // in items, >= 0
};

class UserKnnModel final : public Model {
 public:
  static constexpr std::string_view kKind = "user-knn";

  // Of equally similar users the lower number votes.
  // Errors: kInvalidArgument for options out of range, or a weight above 1e24.
  static Result<UserKnnModel> Fit(const Interactions& interactions, const UserKnnOptions& options);

  // The options (u32 k, u8 weighting, f32 k1, b, shrink), u32 users, of each u32 items, then for each u32 item,
  // f32 weight, by ascending item.
  // Errors: kTruncated; kMalformed for options that Fit refuses, an item that is out of range or not after the one
  // before it, a weight that is not from 0 (excluded) to 1e24, or bytes left over; kResourceExhausted above kMaxUsers.
  static Result<UserKnnModel> Read(ByteReader& in, uint32_t items);

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return given_.columns; }
  void Write(ByteWriter& out) const override;

 protected:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

 private:
  UserKnnModel() = default;
  static Result<UserKnnModel> Create(SparseRows given, const UserKnnOptions& options);

  UserKnnOptions options_;
  SparseRows given_;          // users x items, as they were given
  SparseRows by_item_;        // items x users, weighed, each user's row of unit length
  std::optional<Bm25> bm25_;  // how a viewer's own row is weighed
};

}  // namespace sotto::recommend
