// The file of a model, whatever its kind: who it is, which items it knows, and that no byte of it changed.
//
//   magic "SORM", u16 format version (1), short strings: kind, version, catalogue; u32 items, their ids as short
//   strings; u32 length of the parameters, the parameters (each model's own); u64 FNV-1a of all bytes before it.
//   Little-endian; a short string is a u16 length and that many bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

// Names are 1 to 64 bytes of UTF-8.
struct ModelInfo {
  std::string version;    // of the model
  std::string catalogue;  // version of the catalogue that it was fitted for; may be empty: any that has its items
  std::vector<std::string> items;  // ids by the model's numbers, each once
};

struct ModelFile {
  std::string kind;
  ModelInfo info;
  ByteSpan parameters;  // of the bytes that were read
};

// Errors: kInvalidArgument if a name is empty (the catalogue may be) or longer than 64 bytes, an id is repeated, or the
// model has another number of items.
Result<Bytes> WriteModelFile(const Model& model, const ModelInfo& info);

// Errors: kMalformed, kTruncated, kUnsupportedVersion, kMismatch (checksum), kResourceExhausted above kMaxItems.
Result<ModelFile> ReadModelFile(ByteSpan file);

// kMismatch naming both versions if the model was fitted for another catalogue. An empty name on either side fits.
Status CheckCatalogue(const ModelInfo& info, std::string_view catalogue);

}  // namespace sotto::recommend
