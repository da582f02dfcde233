// Bilibili's XML, as its site and the usual downloaders and recorders write it:
//   <i><d p="23.82600,1,25,16777215,1422201084,0,057075e9,757076900">text</d>...</i>
// p: seconds, mode, size (25 is normal), colour, date, pool, hash of the user, id. A recorder's `user` attribute is
// taken before the hash. Modes: 1 to 3 scroll, 4 bottom, 5 top, 6 reverse; 7 is placed by a JSON array in the text, [x,
// y, "opacity-opacity", seconds, "text", ...], where x and y are pixels of 672 x 438, or with a fraction and at most 1
// that share of the screen. Taken: time, mode, size, colour, user, id, place and duration. White is the site's default
// and counts as no colour; "/n" and "\n" in the text are line ends. Not taken: dates, opacity, rotation, movement,
// fonts. Modes 8 (script) and 9 (BAS) are skipped.
#pragma once

#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// Errors: those of XmlScanner, and of Collector::Finish; kMalformed if the root is no <i> and there is no <d>.
Result<Imported> ImportBilibiliXml(std::string_view file);

}  // namespace sotto::formats
