#include "sotto/recommend/models/load.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sotto/recommend/models/bpr.h"
#include "sotto/recommend/models/content_model.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/ease_sparse.h"
#include "sotto/recommend/models/ials.h"
#include "sotto/recommend/models/item_knn.h"
#include "sotto/recommend/models/popularity.h"
#include "sotto/recommend/models/sequence.h"
#include "sotto/recommend/models/taste.h"
#include "sotto/recommend/models/two_tower.h"
#include "sotto/recommend/models/user_knn.h"

namespace sotto::recommend {
namespace {

using Loaded = Result<std::shared_ptr<const Model>>;

template <class M>
Loaded ReadAs(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(M model, M::Read(in, items));
  return std::shared_ptr<const Model>(std::make_shared<const M>(std::move(model)));
}

struct Kind {
  std::string_view name;
  Loaded (*read)(ByteReader&, uint32_t items);
};

constexpr std::array kKinds = {
    Kind{"bpr", &ReadAs<BprModel>},
    Kind{"content", &ReadAs<ContentModel>},
    Kind{"ease", &ReadAs<EaseModel>},
    Kind{"ease-sparse", &ReadAs<EaseSparseModel>},
    Kind{"ials", &ReadAs<IalsModel>},
    Kind{"item-knn", &ReadAs<ItemKnnModel>},
    Kind{"popularity", &ReadAs<PopularityModel>},
    Kind{"sequence", &ReadAs<SequenceModel>},
    Kind{"taste", &ReadAs<TasteModel>},
    Kind{"two-tower", &ReadAs<TwoTowerModel>},
    Kind{"user-knn", &ReadAs<UserKnnModel>},
};

}  // namespace

Result<NamedModel> LoadModel(ByteSpan file) {
  SOTTO_ASSIGN_OR_RETURN(ModelFile read, ReadModelFile(file));
  const auto kind = std::ranges::find(kKinds, std::string_view(read.kind), &Kind::name);
  if (kind == kKinds.end()) {
    return Error{ErrorCode::kUnsupportedVersion, "the model is of the kind \"" + read.kind + "\".",
                 "This build does not have it."};
  }
  ByteReader parameters(read.parameters);
  SOTTO_ASSIGN_OR_RETURN(auto model, kind->read(parameters, static_cast<uint32_t>(read.info.items.size())));
  SOTTO_RETURN_IF_ERROR(parameters.ExpectEnd());
  return NamedModel{std::move(read.info), std::move(model)};
}

}  // namespace sotto::recommend
