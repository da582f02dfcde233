// Any model of this folder from its file, by the kind that the file names.
#pragma once

#include <memory>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/model_file.h"

namespace sotto::recommend {

// A model with its name, its version and the ids of its items. The model never changes, so that whoever ranks with it
// may share it.
struct NamedModel {
  ModelInfo info;
  std::shared_ptr<const Model> model;
};

// Errors: those of ReadModelFile and of the model's Read; kUnsupportedVersion for a kind that this build lacks;
// kMalformed if the parameters are longer than the model.
Result<NamedModel> LoadModel(ByteSpan file);

}  // namespace sotto::recommend
