// The models that `sotto recommend evaluate` knows by name. Another one is a line in the list of recommend_models.cc.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/parallel.h"

namespace sotto::cli {

// What `--set MODEL.KEY=VALUE` gave one model.
class ModelOptions {
 public:
  void Set(const std::string& key, double value) { values_[key] = value; }
  // The value of `key`, or what it is by default; as a whole number it must be one, from 0 to 4294967295.
  double Number(const std::string& key, double otherwise) const;
  Result<uint32_t> Whole(const std::string& key, uint32_t otherwise) const;
  // kInvalidArgument naming the keys that nobody asked for.
  Status CheckAllUsed(std::string_view model) const;

 private:
  std::map<std::string, double> values_;
  mutable std::set<std::string> asked_;
};

using OptionsByModel = std::map<std::string, ModelOptions, std::less<>>;

// What a model may learn from.
struct FitInput {
  const recommend::Interactions& train;
  std::span<const recommend::Product> products;  // in the order of the items; empty if nothing is known of them
  const recommend::Matrix* content;              // their content vectors, or null
  uint64_t seed;                                 // of whatever the model draws
  const ModelOptions& options;
  recommend::Parallel parallel = {};  // empty: one thread
  // Called after each epoch by models that have epochs; `loss` is there only if it is to be computed, and what it is.
  std::function<void(uint32_t epoch, std::optional<double> loss)> on_epoch = {};
  bool compute_loss = false;
};

using FittedModel = std::unique_ptr<recommend::Model>;

struct ModelKind {
  std::string_view name;
  std::string_view what;  // a line for --help
  bool needs_products;
  bool needs_times;
  Result<FittedModel> (*fit)(const FitInput&);
};

std::span<const ModelKind> ModelKinds();

// Precondition: the name is one of ModelKinds.
const ModelKind& ModelKindOf(std::string_view name);

}  // namespace sotto::cli
