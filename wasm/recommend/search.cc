#include <emscripten/bind.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "answer.h"
#include "sotto/recommend/search/hnsw.h"
#include "sotto/recommend/search/index.h"
#include "sotto/recommend/search/scan.h"

SOTTO_DECLARE_ANSWER(SearchIndexAnswer)
SOTTO_DECLARE_ANSWER(SearchAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(SearchKind)

namespace {

using emscripten::val;
using sotto::Result;
using sotto::recommend::Hit;
using sotto::recommend::Index;
using sotto::recommend::IndexKind;
using sotto::wasm::Answer;

// An index with room for a query and its answer, so that a search moves numbers and allocates nothing.
class SearchIndex {
 public:
  explicit SearchIndex(std::unique_ptr<Index> index) : index_(std::move(index)), query_(index_->dimensions()) {}

  // As many of the best as `items` and `scores` have place for; how many they were.
  SearchAnswer Search(const Float32List& query, const Uint32List& excluded, const Uint32List& items,
                      const Float32List& scores) {
    const auto length = query["length"].as<size_t>();
    if (length != query_.size()) query_.resize(length);  // which the index will refuse
    Copy(query, query_);
    excluded_.resize(excluded["length"].as<size_t>());
    if (!excluded_.empty()) Copy(excluded, excluded_);
    const size_t wanted = std::min(items["length"].as<size_t>(), scores["length"].as<size_t>());
    hits_.resize(std::min<size_t>(wanted, index_->items()));
    return SearchAnswer(Answer(index_->Search(query_, excluded_, hits_), [&](size_t count) {
      items_.resize(count);
      scores_.resize(count);
      for (size_t i = 0; i < count; ++i) {
        items_[i] = hits_[i].item;
        scores_[i] = hits_[i].score;
      }
      items.call<void>("set", emscripten::typed_memory_view(count, items_.data()));
      scores.call<void>("set", emscripten::typed_memory_view(count, scores_.data()));
      return val(count);
    }));
  }

  uint32_t items() const { return static_cast<uint32_t>(index_->items()); }
  uint32_t dimensions() const { return static_cast<uint32_t>(index_->dimensions()); }
  std::string kind() const { return std::string(index_->kind()); }

 private:
  template <class T>
  static void Copy(const val& from, std::vector<T>& to) {
    val(emscripten::typed_memory_view(to.size(), to.data())).call<void>("set", from);
  }

  std::unique_ptr<Index> index_;
  std::vector<float> query_;
  std::vector<uint32_t> excluded_;
  std::vector<Hit> hits_;
  std::vector<uint32_t> items_;
  std::vector<float> scores_;
};

IndexKind KindOf(const std::string& name) {
  if (name == "scan-f32") return IndexKind::kScanFloat;
  if (name == "scan-i8") return IndexKind::kScanInt8;
  if (name == "hnsw") return IndexKind::kHnsw;
  return IndexKind::kAuto;
}

template <class T>
SearchIndexAnswer IndexAnswer(Result<T> index) {
  return SearchIndexAnswer(Answer(std::move(index), [](T&& made) {
    if constexpr (std::is_same_v<T, std::unique_ptr<Index>>) {
      return sotto::wasm::Owned(SearchIndex(std::move(made)));
    } else {
      return sotto::wasm::Owned(SearchIndex(std::make_unique<T>(std::move(made))));
    }
  }));
}

SearchIndexAnswer CreateIndex(const Float32List& vectors, uint32_t dimensions, const SearchKind& kind) {
  const auto numbers = emscripten::convertJSArrayToNumberVector<float>(vectors);
  return IndexAnswer(sotto::recommend::MakeIndex(numbers, dimensions, {.kind = KindOf(kind.as<std::string>())}));
}

SearchIndexAnswer LoadGraph(const Float32List& vectors, uint32_t dimensions, const Uint8List& graph) {
  const auto numbers = emscripten::convertJSArrayToNumberVector<float>(vectors);
  return IndexAnswer(sotto::recommend::HnswIndex::Load(numbers, dimensions, sotto::wasm::BytesOf(graph)));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_recommend_search) {
  SOTTO_REGISTER_ANSWER(SearchIndexAnswer, "SearchIndex");
  SOTTO_REGISTER_ANSWER(SearchAnswer, "number");
  emscripten::register_type<SearchKind>("'auto' | 'scan-f32' | 'scan-i8' | 'hnsw'");
  emscripten::class_<SearchIndex>("SearchIndex")
      .class_function("create(vectors, dimensions, kind)", &CreateIndex)
      .class_function("loadGraph(vectors, dimensions, graph)", &LoadGraph)
      .function("search(query, excluded, items, scores)", &SearchIndex::Search)
      .property("items", &SearchIndex::items)
      .property("dimensions", &SearchIndex::dimensions)
      .property("kind", &SearchIndex::kind);
}
