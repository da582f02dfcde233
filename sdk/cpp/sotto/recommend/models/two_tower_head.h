// A two-tower network's head, fitted to one viewer on the viewer's own device: the towers stay as they are, and the
// head (two_tower.h), an affine map of the viewer's vector, moves by gradient steps on what the viewer did and did not
// like. Steps are small and can be spread over time, so that a caller can stop by its own clock.
//
//   loss = mean over examples of weight x binary cross-entropy(label, logit) + l2 / 2 x |head - where it began|^2
//
// minimised by Adam (Kingma, Ba, ICLR 2015) over all examples at once. Deterministic, and the same bits on every
// platform.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/models/two_tower.h"

namespace sotto::recommend {

// Whether a viewer with this history engaged with the item when it was shown.
struct HeadExample {
  std::vector<Engagement> history;  // before that
  uint32_t item = 0;
  bool engaged = false;
  float weight = 1;  // finite and > 0, at most 1,000
};

struct HeadOptions {
  float learning_rate = 3e-3F;  // > 0, at most 1
  float l2 = 0.1F;              // 0 to 1,000: how strongly the head is held where it began
};

class HeadTuner {
 public:
  static constexpr size_t kMaxExamples = 65'536;

  // Starts from the model's present head. The model is read here only; it need not outlive this.
  // A step costs about 6 x examples x dimensions^2 operations; memory 8 bytes x examples x dimensions.
  // Errors: kInvalidArgument without examples, for a history or an item that the model does not know, or a number out
  // of its range; kResourceExhausted above kMaxExamples.
  static Result<HeadTuner> Create(const TwoTowerModel& model, std::span<const HeadExample> examples,
                                  const HeadOptions& options);

  // More steps, from where it is. One after another or at once, the bits are the same.
  void Step(uint32_t steps);

  // The loss where it is now.
  double Loss() const;

  // For TwoTowerModel::SetHead, and what differs from the head that it began with: what a federated round may clip and
  // sum.
  const std::vector<float>& head() const { return head_; }
  std::vector<float> Change() const;

 private:
  HeadTuner() = default;
  // t . v + bias of each example.
  std::vector<float> Logits() const;

  HeadOptions options_;
  Matrix users_;  // examples x dimensions: u
  Matrix items_;  // examples x dimensions: v
  std::vector<float> biases_;
  std::vector<float> labels_;  // 1 or 0
  std::vector<float> shares_;  // weight / examples
  std::vector<float> start_;
  std::vector<float> head_;
  std::vector<float> first_;  // Adam's moments
  std::vector<float> second_;
  double power1_ = 1;
  double power2_ = 1;
};

}  // namespace sotto::recommend
