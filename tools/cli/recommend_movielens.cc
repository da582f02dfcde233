#include <array>
#include <filesystem>

#include "sotto/base/bytes.h"
#include "tools/cli/files.h"
#include "tools/cli/recommend_formats.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxTitleBytes = size_t{64} << 20;

// u.genre of MovieLens 100K, which its u.item has as flags.
constexpr std::array<std::string_view, 19> kGenres = {"unknown",   "Action",   "Adventure",   "Animation", "Children's",
                                                      "Comedy",    "Crime",    "Documentary", "Drama",     "Fantasy",
                                                      "Film-Noir", "Horror",   "Musical",     "Mystery",   "Romance",
                                                      "Sci-Fi",    "Thriller", "War",         "Western"};

std::string Utf8OfLatin1(std::string_view text) {
  std::string utf8;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x80) {
      utf8 += letter;
    } else {
      utf8 += static_cast<char>(0xC0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return utf8;
}

Status AddRating(const Lines& lines, const std::vector<std::string_view>& fields, EventSink& sink) {
  const std::string hint = "A line is: user, item, rating, time.";
  double rating = 0;
  double time = 0;
  if (fields.size() != 4) return lines.Malformed("the line has " + std::to_string(fields.size()) + " fields.", hint);
  if (fields[0].empty() || fields[1].empty()) return lines.Malformed("the user or the item is empty.", hint);
  if (!ReadNumber(fields[2], rating)) return lines.Malformed("the rating is not a number.", hint);
  if (!ReadNumber(fields[3], time)) return lines.Malformed("the time is not a number.", hint);
  if (rating >= sink.min_rating) sink.Add(fields[0], fields[1], 1, time);
  return {};
}

// Genres are a set and no path, so they go where a set is read: among the words of the title.
void AddMovie(std::string_view id, std::string_view title, std::string_view genres, Dataset& data) {
  const uint32_t item = data.items.Find(id);
  if (item == Names::kNone) return;
  recommend::Product product;
  product.title = Utf8OfLatin1(title);
  for (const std::string_view genre : FieldsBetweenAny(genres, "|"))
    product.title.append(" [").append(genre).append("]");
  data.products[item] = std::move(product);
}

Status ReadMoviesDat(Lines lines, Dataset& data) {
  while (lines.Next()) {
    const auto fields = FieldsBetween(lines.line(), "::");
    if (fields.size() != 3) return lines.Malformed("the line is no movie.", "A line is: id::title::genres.");
    AddMovie(fields[0], fields[1], fields[2], data);
  }
  return {};
}

Status ReadUItem(Lines lines, Dataset& data) {
  constexpr size_t kFirstFlag = 5;
  while (lines.Next()) {
    const auto fields = FieldsBetween(lines.line(), "|");
    if (fields.size() != kFirstFlag + kGenres.size()) {
      return lines.Malformed("the line is no movie.", "A line is: id|title|date|date|address and 19 flags.");
    }
    std::string genres;
    for (size_t i = 0; i < kGenres.size(); ++i) {
      if (fields[kFirstFlag + i] == "1") genres.append(kGenres[i]).append("|");
    }
    AddMovie(fields[0], fields[1], genres, data);
  }
  return {};
}

}  // namespace

bool IsMovieLensDat(std::string_view first_line) {
  return first_line.find("::") != std::string_view::npos;
}

bool IsMovieLensCsv(std::string_view first_line) {
  return first_line == "userId,movieId,rating,timestamp";
}

Status ReadMovieLensDat(Lines lines, EventSink sink) {
  while (lines.Next()) SOTTO_RETURN_IF_ERROR(AddRating(lines, FieldsBetween(lines.line(), "::"), sink));
  return {};
}

Status ReadMovieLensCsv(Lines lines, EventSink sink) {
  lines.Next();  // the header
  while (lines.Next()) SOTTO_RETURN_IF_ERROR(AddRating(lines, FieldsBetween(lines.line(), ","), sink));
  return {};
}

Status ReadMovieLensTitles(const std::string& folder, Dataset& data) {
  const auto read = [&](const char* name, Status (*reader)(Lines, Dataset&)) -> Status {
    const std::string path = folder + "/" + name;
    if (!std::filesystem::exists(path)) return {};
    SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxTitleBytes));
    return reader(Lines({reinterpret_cast<const char*>(file.data()), file.size()}, path), data);
  };
  SOTTO_RETURN_IF_ERROR(read("movies.dat", ReadMoviesDat));
  return read("u.item", ReadUItem);
}

}  // namespace sotto::cli
