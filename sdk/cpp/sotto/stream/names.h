// Names that travel in URLs, files and JSON.
#pragma once

#include <string_view>

namespace sotto::stream {

// Of a stream, product, event, model, task or update: [A-Za-z0-9_-]{1,64}.
bool IsId(std::string_view text);

// Of a model's version: an id in which dots are allowed, but not at the start.
bool IsVersion(std::string_view text);

// Is this a URL that is read from where it stands: neither with a scheme and an authority, nor with a path from the
// root?
bool IsRelativeUrl(std::string_view url);

}  // namespace sotto::stream
