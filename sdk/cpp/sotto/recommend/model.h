// What every model of this folder can do. A model knows items by number alone; their names, its version and the
// catalogue that it belongs to stand in its file (model_file.h).
//
// Each model is a class in models/ with
//   static Result<XModel> Fit(const Interactions&, const XOptions&)   what it learns from
//   Score, Because, Write                                             this interface
//   static Result<XModel> Read(ByteReader&, uint32_t items)           what Write wrote; refuses what Fit never makes
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/interactions.h"

namespace sotto::recommend {

// One thing that a viewer did with an item.
struct Engagement {
  uint32_t item = 0;
  float weight = 1.0f;  // finite, not 0: view 0.3, click 1, cart 2, buy 3 by convention; below 0: less of this
};

class Model {
 public:
  virtual ~Model() = default;

  // "popularity", "item-knn", "ease", ...: 1 to 64 bytes, the same for every model of its class.
  virtual std::string_view kind() const = 0;
  virtual uint32_t items() const = 0;

  // scores[i]: how well item i suits a viewer with this history, higher is better; comparable within one call only. All
  // finite. The order of the history (oldest first) matters to models of sequences alone; an item may occur again. The
  // history's own items are scored as well: who wants them left out leaves them out. The same bits on every platform.
  // Errors: kInvalidArgument if scores.size() != items(), or for a history's item out of range or a weight that is 0 or
  // not finite.
  Status Score(std::span<const Engagement> history, std::span<float> scores) const;

  // Which engagement of the history speaks most for `item`; none where the model cannot tell, or nothing does.
  // Preconditions: those of Score, item < items().
  virtual std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const;

  // Appends what Read reads.
  virtual void Write(ByteWriter& out) const = 0;

 protected:
  // Score, once everything was checked. `scores` holds zeros.
  virtual void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const = 0;
};

// Errors as Model::Score.
Status CheckHistory(std::span<const Engagement> history, uint32_t items);

}  // namespace sotto::recommend
