// Ranks the products of a room for one viewer, learns from what the viewer does, and says why. Everything here happens
// on the device.
//
// A candidate has features (features.h): what the room's models, its content, the room's offers and the viewer's habits
// say of it. Their weighted sum is the logit of "the viewer clicks on it, or more"; the weights begin at a documented
// prior and are learned from this viewer's feedback (blend.h).
//
// The order of a list, step by step:
//   1  Candidates are all products, less those that are sold out, excluded by a rule, or of which the viewer wants
//   less;
//      and less those that the viewer has engaged with, unless `include_engaged`.
//   2  Their value is the logit plus the logarithm of the rules' boosts. With `exploration_seed` the weights are drawn
//      from the posterior (Thompson sampling) instead of being its mean. Ties, here and below, by catalogue order.
//   3  Pins take their places and count towards caps.
//   4  The places left are filled from the best candidates down, or, with `diversity`, by maximal marginal relevance
//      among the best of them (J. Carbonell, J. Goldstein, "The use of MMR, diversity-based reranking for reordering
//      documents and producing summaries", SIGIR 1998): next is the largest (1 - diversity) * relevance - diversity *
//      cosine, with relevance the value from 0 (the least of the best) to 1, and cosine that of content with the
//      nearest product that is already listed. The first 64 places are chosen so; the best are the first max(4 k, 64),
//      at most 1,024. A candidate whose category or brand is full (a cap) is passed over.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/model_file.h"
#include "sotto/recommend/ranking/blend.h"
#include "sotto/recommend/ranking/catalogue.h"
#include "sotto/recommend/ranking/event.h"
#include "sotto/recommend/ranking/features.h"
#include "sotto/recommend/ranking/habits.h"
#include "sotto/recommend/ranking/quantised_rows.h"
#include "sotto/recommend/ranking/rules.h"
#include "sotto/recommend/ranking/segments.h"
#include "sotto/recommend/ranking/taste.h"

namespace sotto::recommend {

// Why a product is listed: its largest contribution. kListed if nothing speaks for it.
enum class ReasonKind : uint8_t {
  kListed,    // nothing speaks for it: it comes in the catalogue's order
  kPopular,   // many like it
  kSimilar,   // its content resembles `because`
  kTogether,  // viewers who engaged with `because` engaged with it too
  kSuits,     // a model, its price, category or brand: it fits what the viewer does, no single engagement can be named
  kOnStage,   // the host shows it now, or something like it
  kOffer,     // it has a coupon, or few are left
  kExplore,   // it is here to learn whether the viewer likes it: by the mean weights it would not be in the list
  kPinned,    // a rule put it there
};
inline constexpr size_t kReasonKinds = 9;
// "listed", "popular", "similar", "together", "suits", "on-stage", "offer", "explore", "pinned".
std::string_view ReasonName(ReasonKind kind);

struct Recommendation {
  uint32_t product = 0;
  float score = 0;  // probability that the viewer clicks, or more, if it is shown; by the mean weights, without boosts
  ReasonKind reason = ReasonKind::kListed;
  std::optional<uint32_t> because;               // an engaged product: for kSimilar always, for kTogether always
  std::array<float, kFeatures> contributions{};  // by Feature, in logits; their sum is the score's logit
  float content_share = 0;  // |content's| of |content's| + |the models'| contributions; 0 if all are 0
};

struct RankRequest {
  uint32_t k = 10;               // 1 or more; no more than there are candidates are returned
  bool include_engaged = false;  // products that the viewer has viewed, clicked, put in the cart or bought
  Context context = {};
  Rules rules = {};
  float diversity = 0.2F;                         // 0 (the best) to 1 (only different from each other)
  std::optional<uint64_t> exploration_seed = {};  // none: do not explore
};

enum class ModelRole : uint8_t {
  kTogether,    // ease, ease-sparse, item-knn, user-knn, ials, bpr, and any other kind
  kTower,       // two-tower, sequence
  kPopularity,  // popularity
};
ModelRole RoleOf(std::string_view model_kind);

class Ranker {
 public:
  static constexpr size_t kMaxProducts = 100'000;
  static constexpr size_t kMaxShowings = 64;     // whose outcome is awaited
  static constexpr int64_t kOutcomeMs = 60'000;  // after which a showing has led to nothing
  static constexpr int64_t kMaxMs = int64_t{1} << 53;

  // `content` has one row a product, of unit length or zeros (ContentVectors); it is kept in one byte a column.
  // `catalogue_version` is what models are checked against; may be empty.
  // Errors: kInvalidArgument for an empty catalogue, an id that is empty, longer than 64 bytes or repeated, a negative
  // price, another number of rows than products, or a row that is not finite; kResourceExhausted above kMaxProducts.
  static Result<Ranker> Create(std::vector<Product> products, const Matrix& content, std::string catalogue_version);

  // Takes a model into use, in the place of the one that had its role. Items are found by their ids; those that the
  // catalogue lacks are skipped. While there is no popularity model, the collaborative one stands in for it: it is
  // asked for a viewer who engaged with everything (for EASE the sum of the weights towards a product), up to 8,192
  // items. Errors: kMismatch if it belongs to another catalogue (both versions are named) or knows no product of this
  // one; kInvalidArgument if `info` does not have the model's number of items, or the model is null. The old one stays
  // then.
  Status UseModel(const ModelInfo& info, std::shared_ptr<const Model> model);
  void DropModel(ModelRole role);
  // Empty if there is none.
  std::string_view model_version(ModelRole role) const;

  // Scores of a model that the page runs itself, one a product, in the tower's place until they are given again; empty:
  // none. kInvalidArgument for another number of scores, or one that is not finite.
  Status UseScores(std::span<const float> scores);

  // In place of all offers before. kInvalidArgument for an unknown product or one that occurs twice, a negative price,
  // a stock below -1, or a coupon outside [0, 1].
  Status SetOffers(std::span<const Offer> offers);

  // Something that the viewer does now. It changes the taste at once, and the weights by the rules below; views and
  // more cost a pass over the catalogue and a call of each model, so that Rank need not.
  //   A showing is remembered with its features. It is learned from once: as a click (target 1) when a click, cart or
  //   buy follows, as 0.3 of one when a view follows, as none (0) when nothing followed for kOutcomeMs of events or
  //   kMaxShowings newer ones came. Without a showing, a click or more is learned from by itself. "Less" counts as
  //   five showings without a click.
  // Products of which the viewer wants less come back with a click or more.
  // Errors: kInvalidArgument for an unknown product, kind or product on stage, a time outside 0 to kMaxMs, or a mood
  // outside -1 to 1.
  Status Observe(const Event& event);

  // What the viewer did before, oldest first: changes the taste and not the weights, which Learned keeps. Much faster
  // than to observe each. Errors as Observe, naming the event; nothing is changed then.
  Status Replay(std::span<const Event> events);

  // Errors: kInvalidArgument for a request out of range. 10,000 products take less than 2 ms.
  Result<std::vector<Recommendation>> Rank(const RankRequest& request) const;

  // The weights, to be kept for the next visit; of no catalogue, and without events. See Blend::Write, Blend::Read.
  Bytes Learned() const { return blend_.Write(); }
  Status RestoreLearned(ByteSpan file);
  const Blend& blend() const { return blend_; }

  // Taste, habits, showings and weights as before the first event. Models and offers stay.
  void Forget();

  // See segments.h. `now_ms`: a visit in which nothing has happened for 30 minutes is over, and this moment begins the
  // next. The same range as of events; what lies outside counts as its nearest end.
  std::vector<Segment> Segments(int64_t now_ms) const;

  const std::vector<Product>& products() const { return catalogue_.products(); }
  std::string_view catalogue_version() const { return catalogue_version_; }

 private:
  // A model in use, between its items and our products.
  struct UsedModel {
    std::shared_ptr<const Model> model;
    std::string version;
    std::vector<int32_t> product_of_item;  // -1: not in the catalogue
    std::vector<int32_t> item_of_product;  // -1: not in the model
  };
  struct Showing {
    uint32_t product = 0;
    int64_t at_ms = 0;
    FeatureValues values{};
    double target = 0;     // of what followed so far
    bool settled = false;  // learned from; what still follows belongs to it
  };
  // What features need that is the same for all products.
  struct Moment {
    Context context;
    std::optional<double> octave;       // median of the viewer's prices
    std::span<const float> near_stage;  // by product: cosine with the one on stage; empty: not needed
    std::span<const float> recency;     // by category; empty: not worked out yet
  };

  Ranker(Catalogue catalogue, std::string catalogue_version);

  UsedModel& used(ModelRole role) { return models_[static_cast<size_t>(role)]; }
  const UsedModel& used(ModelRole role) const { return models_[static_cast<size_t>(role)]; }

  Status CheckEvent(const Event& event) const;
  Status CheckRequest(const RankRequest& request) const;

  void ListPrices();  // every offer as if there were none
  float RecencyOf(const ProductTraits& traits, int64_t now_ms) const;
  FeatureValues FeaturesOf(uint32_t product, const Moment& moment) const;
  FeatureValues FeaturesAt(const Event& event) const;

  // The two halves of Observe; Replay does them without learning, and folds in once.
  void Settle(const Event& event, bool learn);
  void SettleOldest(bool learn);
  bool FoldIn(const Event& event);
  void RefreshTaste();
  void RefreshModel(ModelRole role);
  void RefreshPopularity();
  std::vector<Engagement> HistoryFor(const UsedModel& used) const;
  // Of the items that the catalogue has, in the model's order; Spread gives them to their products.
  std::vector<float> ScoresOf(const UsedModel& used, std::span<const Engagement> history) const;
  static void Spread(const UsedModel& used, std::span<const float> known, std::span<float> column);

  void Explain(Recommendation& recommendation) const;
  std::optional<uint32_t> Together(uint32_t product) const;

  Catalogue catalogue_;
  std::string catalogue_version_;
  std::array<UsedModel, 3> models_;  // by role
  bool page_scores_ = false;         // tower_ holds what the page gave

  std::vector<Offer> offers_;    // by product
  std::vector<double> octaves_;  // of the price that the viewer would pay, by product

  Taste taste_;
  Habits habits_;
  Blend blend_;
  std::vector<Showing> showings_;  // oldest first

  // Features by product, as far as they do not depend on the moment.
  std::vector<float> together_;
  std::vector<float> content_;
  std::vector<float> tower_;
  std::vector<float> popularity_;
  std::vector<float> less_;
  std::vector<uint32_t> in_vain_;  // showings that led to nothing since the last engagement
};

}  // namespace sotto::recommend
