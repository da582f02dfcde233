// Who engaged with what, and with which products: from files to numbers.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/interactions.h"

namespace sotto::cli {

// Numbers names in the order of their first occurrence.
class Names {
 public:
  uint32_t Number(std::string_view name);
  // The number of a name that has one, else kNone.
  uint32_t Find(std::string_view name) const;

  const std::vector<std::string>& all() const { return all_; }
  uint32_t size() const { return static_cast<uint32_t>(all_.size()); }

  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  std::vector<std::string> all_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
};

// The negatives that somebody drew for one test pair.
struct Negatives {
  uint32_t item = 0;  // that was held back
  std::vector<uint32_t> items;
};

struct Dataset {
  Names users;
  Names items;
  std::vector<recommend::Interaction> events;                 // all of them, or those to train on
  std::vector<recommend::Interaction> test;                   // of a split that was made elsewhere; else empty
  std::unordered_map<uint32_t, Negatives> negatives;          // by user; may be empty
  std::unordered_map<uint32_t, recommend::Product> products;  // by item; may be empty
};

// What a reader of events fills.
struct EventSink {
  Dataset& data;
  std::vector<recommend::Interaction>& events;
  double min_rating;  // events with a lower rating are not taken

  void Add(std::string_view user, std::string_view item, float weight, double time) {
    events.push_back({data.users.Number(user), data.items.Number(item), weight, time});
  }
};

struct DataOptions {
  std::string data;   // file or folder
  std::string train;  // or these two
  std::string test;
  std::string negatives;  // may be empty, as may products
  std::string products;
  double min_rating = -std::numeric_limits<double>::infinity();
};

// Reads what the options name; the formats are in recommend_formats.h.
// Errors: those of reading files; kMalformed naming file and line; kInvalidArgument if there is no interaction.
Result<Dataset> ReadDataset(const DataOptions& options);

// The products in the order of the items; one of which nothing is known has its id alone.
std::vector<recommend::Product> ProductsInOrder(const Dataset& data);

}  // namespace sotto::cli
