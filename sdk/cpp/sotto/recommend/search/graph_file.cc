#include "sotto/recommend/search/graph_file.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "sotto/base/fnv1a.h"
#include "sotto/recommend/interactions.h"

namespace sotto::recommend {
namespace {

constexpr std::string_view kMagic = "SOHG";
constexpr uint16_t kFormatVersion = 1;
constexpr uint8_t kHighestLevel = 63;  // a level is drawn from 62 bits, at least one for each

Error Malformed(std::string message) {
  return {ErrorCode::kMalformed, std::move(message), "The file is damaged; build the graph anew."};
}

// One list for each level; whether it fits is a question for later, when all levels are known.
Status ReadLists(uint8_t level, uint32_t connectivity, ByteReader& reader, std::vector<uint32_t>& lists) {
  for (uint8_t i = 0; i <= level; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t count, reader.U8());
    if (count > (i == 0 ? 2 * connectivity : connectivity)) {
      return Malformed("an item has " + std::to_string(count) + " neighbours.");
    }
    lists.push_back(count);
    for (uint8_t n = 0; n < count; ++n) {
      SOTTO_ASSIGN_OR_RETURN(const uint32_t neighbour, reader.U32());
      lists.push_back(neighbour);
    }
  }
  return {};
}

Status CheckLinks(const GraphFile& file) {
  for (size_t item = 0; item < file.items(); ++item) {
    const uint32_t* list = file.lists.data() + file.begin[item];
    for (uint32_t level = 0; level <= file.levels[item]; ++level) {
      const uint32_t count = *list++;
      for (uint32_t i = 0; i < count; ++i, ++list) {
        if (*list >= file.items() || file.levels[*list] < level) {
          return Malformed("item " + std::to_string(item) + " has a neighbour that its level lacks.");
        }
      }
    }
  }
  return {};
}

template <class T>
T Taken(ByteSpan& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes = bytes.subspan(sizeof value);
  return value;
}

}  // namespace

Result<GraphFile> GraphFile::Read(ByteSpan bytes) {
  ByteReader reader(bytes);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, reader.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic)))
    return Malformed("this is not a graph: it does not start with SOHG.");
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  if (format != kFormatVersion) {
    return Error{ErrorCode::kUnsupportedVersion, "the graph has format version " + std::to_string(format) + ".",
                 "This build reads version 1."};
  }
  GraphFile file;
  SOTTO_ASSIGN_OR_RETURN(file.vectors, reader.U64());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t items, reader.U32());
  SOTTO_ASSIGN_OR_RETURN(file.dimensions, reader.U32());
  SOTTO_ASSIGN_OR_RETURN(file.connectivity, reader.U8());
  SOTTO_ASSIGN_OR_RETURN(file.highest, reader.U8());
  SOTTO_ASSIGN_OR_RETURN(file.entry, reader.U32());
  if (file.connectivity < 2 || file.connectivity > kMaxConnectivity || file.highest > kHighestLevel) {
    return Malformed("the graph's head has a number out of range.");
  }
  // An item takes two bytes or more. Above its lowest level the graph is thin: hostile levels cannot ask for much
  // memory.
  if (items > kMaxItems || items > reader.remaining() / 2) return Malformed("the graph has too many items.");
  size_t upper = 0;
  for (uint32_t item = 0; item < items; ++item) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t level, reader.U8());
    upper += level;
    if (level > file.highest || upper > size_t{2} * items + kHighestLevel)
      return Malformed("an item's level is too high.");
    file.levels.push_back(level);
    file.begin.push_back(file.lists.size());
    SOTTO_RETURN_IF_ERROR(ReadLists(level, file.connectivity, reader, file.lists));
  }
  const ByteSpan covered = bytes.first(reader.position());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != Fnv1a64(covered)) {
    return Error{ErrorCode::kMismatch, "the graph's checksum does not fit its bytes.",
                 "The file is damaged; fetch it again."};
  }
  if (items > 0 && (file.entry >= items || file.levels[file.entry] != file.highest)) {
    return Malformed("the graph starts at an item that is not on its highest level.");
  }
  SOTTO_RETURN_IF_ERROR(CheckLinks(file));
  return file;
}

Bytes GraphFile::Write() const {
  ByteWriter out;
  out.Append(AsBytes(kMagic));
  out.U16(kFormatVersion);
  out.U64(vectors);
  out.U32(static_cast<uint32_t>(items()));
  out.U32(dimensions);
  out.U8(static_cast<uint8_t>(connectivity));
  out.U8(static_cast<uint8_t>(highest));
  out.U32(entry);
  for (size_t item = 0; item < items(); ++item) {
    out.U8(levels[item]);
    const uint32_t* list = lists.data() + begin[item];
    for (uint32_t level = 0; level <= levels[item]; ++level) {
      const uint32_t count = *list++;
      out.U8(static_cast<uint8_t>(count));
      for (uint32_t i = 0; i < count; ++i) out.U32(*list++);
    }
  }
  out.U64(Fnv1a64(out.bytes()));
  return out.Release();
}

Bytes GraphFile::Header() const {
  ByteWriter out;
  out.U64(items());
  out.U64(connectivity);
  out.U64(2 * connectivity);
  out.U64(highest);
  out.U64(entry);
  return out.Release();
}

Bytes GraphFile::Levels() const {
  ByteWriter out;
  for (const uint8_t level : levels) out.U16(level);
  return out.Release();
}

Bytes GraphFile::Node(size_t item) const {
  ByteWriter out;
  out.U32(static_cast<uint32_t>(item));
  out.U16(levels[item]);
  const uint32_t* list = lists.data() + begin[item];
  for (uint32_t level = 0; level <= levels[item]; ++level) {
    const uint32_t count = *list++;
    out.U32(count);
    for (uint32_t i = 0; i < (level == 0 ? 2 * connectivity : connectivity); ++i) out.U32(i < count ? *list++ : 0);
  }
  return out.Release();
}

void GraphFile::TakeHeader(ByteSpan bytes) {
  Taken<uint64_t>(bytes);  // items
  connectivity = static_cast<uint32_t>(Taken<uint64_t>(bytes));
  Taken<uint64_t>(bytes);  // in level 0
  highest = static_cast<uint32_t>(Taken<uint64_t>(bytes));
  entry = static_cast<uint32_t>(Taken<uint64_t>(bytes));
}

void GraphFile::TakeNode(ByteSpan bytes) {
  Taken<uint32_t>(bytes);  // key
  levels.push_back(static_cast<uint8_t>(Taken<uint16_t>(bytes)));
  begin.push_back(lists.size());
  for (uint32_t level = 0; level <= levels.back(); ++level) {
    const auto count = Taken<uint32_t>(bytes);
    lists.push_back(count);
    for (uint32_t i = 0; i < (level == 0 ? 2 * connectivity : connectivity); ++i) {
      const auto neighbour = Taken<uint32_t>(bytes);
      if (i < count) lists.push_back(neighbour);
    }
  }
}

}  // namespace sotto::recommend
