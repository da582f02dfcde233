#include "sotto/formats/recording.h"

#include "sotto/formats/ass.h"
#include "sotto/formats/bilibili_xml.h"
#include "sotto/formats/chat_json.h"
#include "sotto/formats/dplayer_json.h"
#include "sotto/formats/niconico_json.h"
#include "sotto/formats/sotto_json.h"

namespace sotto::formats {
namespace {

Result<Imported> ImportAs(std::string_view file, Format format) {
  switch (format) {
    case Format::kSotto:
      return ImportSottoJson(file);
    case Format::kBilibili:
      return ImportBilibiliXml(file);
    case Format::kNiconico:
      return ImportNiconicoJson(file);
    case Format::kDplayer:
      return ImportDplayerJson(file);
    case Format::kAss:
      return ImportAss(file);
    case Format::kChat:
      return ImportChatJson(file);
  }
  return Error{ErrorCode::kInvalidArgument, "this is no format.", ""};
}

}  // namespace

Result<Recording> Import(std::string_view file, std::optional<Format> format) {
  if (file.size() > kMaxFileBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "the recording has " + std::to_string(file.size()) + " bytes, more than the " +
                     std::to_string(kMaxFileBytes) + " allowed.",
                 "Cut it into several."};
  }
  Recording recording;
  if (format) {
    recording.format = *format;
  } else {
    SOTTO_ASSIGN_OR_RETURN(recording.format, Detect(file));
  }
  SOTTO_ASSIGN_OR_RETURN(recording.imported, ImportAs(file, recording.format));
  return recording;
}

Result<std::string> Export(std::span<const RecordedComment> comments, Format format) {
  if (format == Format::kSotto) return ExportSottoJson(comments);
  if (format == Format::kAss) return ExportAss(comments);
  return Error{ErrorCode::kInvalidArgument,
               "recordings are not written as \"" + std::string(FormatName(format)) + "\".", "\"sotto\" or \"ass\"."};
}

std::string RenderRecording(const Recording& recording) {
  const auto& [comments, skipped, problems] = recording.imported;
  std::string out = "{\"format\":\"" + std::string(FormatName(recording.format)) +
                    "\",\"skipped\":" + std::to_string(skipped) + ",\"problems\":[";
  for (const Problem& problem : problems) {
    if (&problem != problems.data()) out += ',';
    out += "{\"place\":" + std::to_string(problem.place) + ",\"message\":";
    AppendJsonString(problem.message, out);
    out += '}';
  }
  out += "],\"comments\":";
  AppendCommentsJson(comments, out);
  out += '}';
  return out;
}

Result<std::string> ExportJson(std::string_view sotto_json, Format format) {
  SOTTO_ASSIGN_OR_RETURN(const Recording recording, Import(sotto_json, Format::kSotto));
  const auto& [comments, skipped, problems] = recording.imported;
  if (skipped > 0) {
    const Problem& first = problems.front();
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(skipped) + " of the comments cannot be written; the first (" +
                     std::to_string(first.place) + "): " + first.message + ".",
                 ""};
  }
  return Export(comments, format);
}

}  // namespace sotto::formats
