// SHA-256 by OpenSSL.
#pragma once

#include <string>

#include "sotto/base/bytes.h"

namespace sotto::server {

Bytes Sha256(ByteSpan bytes);           // 32 bytes
std::string Sha256Hex(ByteSpan bytes);  // 64 lower-case hexadecimal digits

}  // namespace sotto::server
