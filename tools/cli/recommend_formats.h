// The files that `sotto recommend` reads. Each is told by its first line, or a folder by the files in it:
//
//   plain      `user item [rating] [time]`, by tabs, commas or spaces; MovieLens' u.data is one   recommend_plain.cc
//   MovieLens  ratings.dat (`user::item::rating::time`), ratings.csv (with its header); titles and
//              genres from movies.dat, u.item recommend_movielens.cc
//   Taobao     `user,item,category,behaviour,time` (UserBehavior.csv), or lines `uid sid [behaviour]`
//              under a header                                                                     recommend_taobao.cc
//   NCF        `(user,item)` and negatives by tabs; the folder of its MovieLens split             recommend_ncf.cc
//   products   `id title [category [price [brand]]]` by tabs, or any columns under a header with
//              those names                                                                        recommend_products.cc
//
// A folder is MovieLens' (u.data, ratings.dat or ratings.csv) or NCF's (see ReadNcfFolder). Blank lines are skipped. A
// pair that occurs again counts once, at its newest place. An interaction weighs 1; Taobao's weigh by their behaviour:
// pv 0.3, fav 1, cart 2, buy 3.
//
// Errors of all: kMalformed naming file and line, and those of reading a file.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "tools/cli/recommend_data.h"
#include "tools/cli/recommend_lines.h"

namespace sotto::cli {

Status ReadEvents(const std::string& path, EventSink sink);
Status ReadFolder(const std::string& folder, double min_rating, Dataset& data);

Status ReadPlain(Lines lines, EventSink sink);

bool IsMovieLensDat(std::string_view first_line);
bool IsMovieLensCsv(std::string_view first_line);
Status ReadMovieLensDat(Lines lines, EventSink sink);
Status ReadMovieLensCsv(Lines lines, EventSink sink);
// Titles and genres from movies.dat or u.item where the folder has them. They are in ISO 8859-1.
Status ReadMovieLensTitles(const std::string& folder, Dataset& data);

bool IsTaobaoLog(std::string_view first_line);
bool IsTaobaoPairs(std::string_view first_line);
Status ReadTaobaoLog(Lines lines, EventSink sink);
Status ReadTaobaoPairs(Lines lines, EventSink sink);

// The split of MovieLens 1M that X. He et al. published with NCF (WWW 2017), whose training pairs come from
// sb_train.txt and sb_test.txt: lines `user item item ...` with MovieLens' own ids. ml-1m.test.rating names what is
// held back, ml-1m.test.negative its rivals, both with NCF's ids: users from 0 instead of 1 (MovieLens' last one, 6040,
// is 0 in the pairs), items as raw2ncf.json says.
bool IsNcfFolder(const std::string& folder);
Status ReadNcfFolder(const std::string& folder, Dataset& data);

using NameToNumber = std::function<uint32_t(std::string_view)>;
Status ReadNegatives(const std::string& path, const NameToNumber& user_of, const NameToNumber& item_of, Dataset& data);

// Keeps the products that are items of `data`; of a data set without items, all, which become its items.
Status ReadProducts(const std::string& path, Dataset& data);

}  // namespace sotto::cli
