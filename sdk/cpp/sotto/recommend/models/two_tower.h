// A two-tower network: one tower turns a viewer's history into a vector, the other an item; their dot product is the
// logit of the probability that the viewer engages with the item.
//
//   user tower   b = sum of w_j user_input[j] over the history, the weights w scaled to sum of squares 1 (a bag)
//                h = relu(b + user_input_bias)                       u = h user_weight + user_bias
//   head         t = u head_weight + head_bias                       (the identity, until it is fine-tuned)
//   item tower   x = item_input[i]
//                v = x + relu(x item_hidden_weight + item_hidden_bias) item_weight
//   logit        t . v + item_bias[i]; its sigmoid is the probability
//
// The two towers: P. Covington, J. Adams, E. Sargin, "Deep neural networks for YouTube recommendations", RecSys 2016.
// Trained to predict what was left out of a history at random, with the logistic likelihood over the catalogue (binary
// cross-entropy): D. Liang, R. G. Krishnan, M. D. Hoffman, T. Jebara, "Variational autoencoders for collaborative
// filtering", WWW 2018, section 2; unlike there, what the network is shown is no target. By Adam: D. P. Kingma, J. Ba,
// "Adam: a method for stochastic optimization", ICLR 2015. Products without
// engagements get their place from content, because embeddings of items are left out at random while it is learned:
// M. Volkovs, G. Yu, T. Poutanen, "DropoutNet: addressing cold start in recommender systems", NIPS 2017.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend {

struct TwoTowerOptions {
  uint32_t dimensions = 64;      // of the towers' outputs; 1 to 256
  uint32_t hidden = 128;         // of the user tower; 1 to 1,024
  uint32_t item_hidden = 32;     // of the item tower; 1 to 1,024
  float learning_rate = 1e-2F;   // of Adam; > 0, at most 1
  float l2 = 1e-5F;              // decay of the weights, a step; 0 to 1
  float history_dropout = 0.5F;  // share of a history's engagements that a step leaves out; 0 to 0.95
  float item_dropout = 0.2F;     // share of items whose own embedding a step leaves out, with content; 0 to 0.95
  uint32_t batch_users = 256;    // 1 to 65,536
  uint32_t max_epochs = 100;     // 1 to 10,000
  // Epochs without a better one before the learning rate is halved; where it would be the third time, it stops. 1 to
  // 1,000.
  uint32_t patience = 4;
  // Items that a step has as targets: the whole catalogue if it is no larger, otherwise so many drawn uniformly. What a
  // viewer of the batch engaged with is a positive, everything else a negative. 1 to 65,536.
  uint32_t candidates = 8192;
  uint64_t seed = 1;
  Parallel parallel;
};

// All parameters. Vectors are matrices of one row.
struct TwoTowerParameters {
  Matrix user_input;          // items x hidden
  Matrix user_input_bias;     // 1 x hidden
  Matrix user_weight;         // hidden x dimensions
  Matrix user_bias;           // 1 x dimensions
  Matrix head_weight;         // dimensions x dimensions
  Matrix head_bias;           // 1 x dimensions
  Matrix item_input;          // items x dimensions
  Matrix item_hidden_weight;  // dimensions x item_hidden
  Matrix item_hidden_bias;    // 1 x item_hidden
  Matrix item_weight;         // item_hidden x dimensions
  Matrix item_bias;           // 1 x items
  // Where a product known by its content alone has its rows: content x content_to_user is its row of user_input,
  // content x content_to_item that of item_input. No rows if the model was fitted without content.
  Matrix content_to_user;  // content x hidden
  Matrix content_to_item;  // content x dimensions
};

class TwoTowerModel final : public Model {
 public:
  static constexpr std::string_view kKind = "two-tower";
  static constexpr uint32_t kMaxDimensions = 256;
  static constexpr uint32_t kMaxHidden = 1024;
  static constexpr uint32_t kMaxContent = 65'536;
  static constexpr float kMaxParameter = 1000;  // no parameter has a larger magnitude

  // Weights of interactions are those of the history's bag; times are not used. Some viewers (neural/holdout.h)
  // keep one engagement back, by which training knows when to stop; nothing else is held out.
  //   content  items x any columns, finite: vectors of content (content.h), one an item; null without
  // Deterministic, and the same bits on every platform and with any `parallel`. Memory about 40 bytes x items x
  // (hidden + dimensions) and 8 x batch_users x candidates.
  // Errors: kInvalidArgument without items or interactions, for an option out of range, or for content of another
  // number of rows or not finite; kResourceExhausted above 2^28 parameters; kInternal if it diverges.
  static Result<TwoTowerModel> Fit(const Interactions& interactions, const TwoTowerOptions& options,
                                   const Matrix* content = nullptr);

  // kInvalidArgument for sizes that do not fit together, or a parameter that is not finite or beyond kMaxParameter.
  static Result<TwoTowerModel> Create(TwoTowerParameters parameters);

  // u32 dimensions, hidden, item_hidden, content columns (0 without); then the matrices in the order of
  // TwoTowerParameters, row by row, as f32. Errors: kTruncated; kMalformed for what Create refuses.
  static Result<TwoTowerModel> Read(ByteReader& in, uint32_t items);

  const TwoTowerParameters& parameters() const { return parameters_; }
  uint32_t dimensions() const { return static_cast<uint32_t>(parameters_.head_bias.cols()); }

  // v of every item, items x dimensions: what the item tower gives. An index of them finds the best items for
  // UserVector, but for item_bias.
  const Matrix& item_vectors() const { return item_vectors_; }

  // u and t (`dimensions` numbers) of a viewer. Precondition: CheckHistory(history, items()).
  Matrix UserVector(std::span<const Engagement> history) const;
  Matrix HeadVector(std::span<const Engagement> history) const;

  // The head as dimensions x dimensions + dimensions numbers, head_weight row by row, then head_bias: 4,160 by default.
  // It stands apart from the towers so that a device can change it (models/two_tower_head.h) and share nothing else.
  std::vector<float> Head() const;
  // kInvalidArgument for another number of them, or what Create refuses.
  Status SetHead(std::span<const float> head);

  // The same model with products at the end that nobody has engaged with yet: their rows come from `content` (one row
  // a product), their bias is the mean of all.
  // Errors: kInvalidArgument if the model knows no content, for other columns than it knows, or a number not finite.
  Result<TwoTowerModel> WithNewItems(const Matrix& content) const;

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(parameters_.item_bias.cols()); }
  // The engagement with the largest positive term of the logit. The network is linear as long as the same hidden units
  // are on, so that the terms and a constant add up to the logit exactly.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  TwoTowerModel() = default;
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  TwoTowerParameters parameters_;
  Matrix item_vectors_;        // items x dimensions
  Matrix transposed_vectors_;  // dimensions x items
};

}  // namespace sotto::recommend
