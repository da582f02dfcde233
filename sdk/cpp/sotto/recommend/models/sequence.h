// A model of sequences: a gated recurrent unit reads a viewer's last engagements, oldest first, and its state says what
// comes next. B. Hidasi, A. Karatzoglou, L. Baltrunas, D. Tikk, "Session-based recommendations with recurrent neural
// networks", ICLR 2016 (GRU4Rec).
//
//   x = embedding[item of the engagement];  s = the state, zeros at first; gates side by side: update, reset, candidate
//   [a_z a_r a_n] = x input_weight + input_bias            [c_z c_r c_n] = s recurrent_weight + recurrent_bias
//   z = sigmoid(a_z + c_z)   r = sigmoid(a_r + c_r)   n = tanh(a_n + r c_n)      s' = (1 - z) n + z s
//   score[i] = (s output_weight + output_bias) . embedding[i] + item_bias[i]
//
// This is ONNX's GRU with linear_before_reset = 1 (weights transposed) and PyTorch's. The embedding is both input and
// output, as in W.-C. Kang, J. McAuley, "Self-attentive sequential recommendation", ICDM 2018, section III-D.
// Trained on the next item at every place by a softmax over the catalogue, or over the next item and a sample that the
// whole batch shares, by Adam.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend {

struct SequenceOptions {
  uint32_t dimensions = 64;     // of the embedding; 1 to 256
  uint32_t hidden = 64;         // of the state; 1 to 512
  uint32_t length = 50;         // engagements that it looks back; 1 to 1,000
  float learning_rate = 3e-3F;  // of Adam; > 0, at most 1
  float l2 = 0;                 // decay of the weights, a step; 0 to 1
  float dropout = 0.2F;         // of embeddings and of states before the output; 0 to 0.95
  uint32_t batch = 64;          // windows of `length` engagements a step; 1 to 65,536
  uint32_t max_epochs = 100;    // 1 to 10,000
  // Epochs without a better one before the learning rate is halved; where it would be the third time, it stops. 1 to
  // 1,000.
  uint32_t patience = 3;
  uint32_t negatives = 512;  // of the sample; a catalogue of no more items is used whole. 1 to 65,536
  // Trains although the interactions have no times: the caller knows that they were given in order, oldest first.
  bool given_in_order = false;
  uint64_t seed = 1;
  Parallel parallel;
};

// All parameters. Vectors are matrices of one row.
struct SequenceParameters {
  Matrix embedding;         // items x dimensions
  Matrix input_weight;      // dimensions x 3 hidden
  Matrix input_bias;        // 1 x 3 hidden
  Matrix recurrent_weight;  // hidden x 3 hidden
  Matrix recurrent_bias;    // 1 x 3 hidden
  Matrix output_weight;     // hidden x dimensions
  Matrix output_bias;       // 1 x dimensions
  Matrix item_bias;         // 1 x items
};

class SequenceModel final : public Model {
 public:
  static constexpr std::string_view kKind = "sequence";
  static constexpr uint32_t kMaxDimensions = 256;
  static constexpr uint32_t kMaxHidden = 512;
  static constexpr uint32_t kMaxLength = 1000;
  static constexpr float kMaxParameter = 1000;  // no parameter has a larger magnitude

  // The order of each viewer's interactions is what it learns; their weights are not used. Some viewers
  // (neural/holdout.h) keep their last engagement back, by which training knows when to stop.
  // Deterministic, and the same bits on every platform and with any `parallel`.
  // Errors: kInvalidArgument without items, if nobody has two interactions, for an option out of range, and for
  // interactions without times, in which order means nothing, unless given_in_order; kResourceExhausted above 2^28
  // parameters; kInternal if it diverges.
  static Result<SequenceModel> Fit(const Interactions& interactions, const SequenceOptions& options);

  // kInvalidArgument for a length out of range, sizes that do not fit together, or a parameter that is not finite or
  // beyond kMaxParameter.
  static Result<SequenceModel> Create(SequenceParameters parameters, uint32_t length);

  // u32 dimensions, hidden, length; then the matrices in the order of SequenceParameters, row by row, as f32.
  // Errors: kTruncated; kMalformed for what Create refuses.
  static Result<SequenceModel> Read(ByteReader& in, uint32_t items);

  const SequenceParameters& parameters() const { return parameters_; }
  uint32_t length() const { return length_; }

  // s output_weight + output_bias (1 x dimensions) after the last `length` engagements with a positive weight.
  // Precondition: CheckHistory(history, items()).
  Matrix UserVector(std::span<const Engagement> history) const;

  // Engagements with a weight below 0 are passed over: they are no step of the sequence. Other weights do not matter.
  // Because is none: what a state owes to one engagement is no sum.
  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(parameters_.item_bias.cols()); }
  void Write(ByteWriter& out) const override;

 private:
  SequenceModel() = default;
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  SequenceParameters parameters_;
  Matrix transposed_embedding_;  // dimensions x items
  uint32_t length_ = 0;
};

}  // namespace sotto::recommend
