#include <filesystem>

#include "sotto/base/bytes.h"
#include "tools/cli/files.h"
#include "tools/cli/recommend_formats.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxDataBytes = size_t{4} << 30;

}  // namespace

Status ReadEvents(const std::string& path, EventSink sink) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxDataBytes));
  const Lines lines({reinterpret_cast<const char*>(file.data()), file.size()}, path);
  Lines first = lines;
  if (!first.Next()) return {};
  if (IsMovieLensDat(first.line())) return ReadMovieLensDat(lines, sink);
  if (IsMovieLensCsv(first.line())) return ReadMovieLensCsv(lines, sink);
  if (IsTaobaoLog(first.line())) return ReadTaobaoLog(lines, sink);
  if (IsTaobaoPairs(first.line())) return ReadTaobaoPairs(lines, sink);
  return ReadPlain(lines, sink);
}

Status ReadFolder(const std::string& folder, double min_rating, Dataset& data) {
  if (IsNcfFolder(folder)) return ReadNcfFolder(folder, data);
  for (const char* name : {"u.data", "ratings.dat", "ratings.csv"}) {
    const std::string path = folder + "/" + name;
    if (!std::filesystem::exists(path)) continue;
    SOTTO_RETURN_IF_ERROR(ReadEvents(path, {data, data.events, min_rating}));
    return ReadMovieLensTitles(folder, data);
  }
  return Error{ErrorCode::kNotFound, folder + " holds no data set that is known here.",
               "It should have u.data, ratings.dat, ratings.csv or sb_train.txt; or name a file."};
}

Status ReadPlain(Lines lines, EventSink sink) {
  const std::string hint = "A line is: user item [rating] [time].";
  while (lines.Next()) {
    const auto fields = FieldsBetweenAny(lines.line(), "\t, ");
    if (fields.size() < 2 || fields.size() > 4) {
      return lines.Malformed("the line has " + std::to_string(fields.size()) + " fields.", hint);
    }
    double rating = 1;
    double time = 0;
    if (fields.size() >= 3 && !ReadNumber(fields[2], rating)) {
      return lines.Malformed("the rating is not a number.", hint);
    }
    if (fields.size() == 4 && !ReadNumber(fields[3], time)) return lines.Malformed("the time is not a number.", hint);
    if (rating >= sink.min_rating) sink.Add(fields[0], fields[1], 1, time);
  }
  return {};
}

}  // namespace sotto::cli
