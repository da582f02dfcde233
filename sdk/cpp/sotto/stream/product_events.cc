#include "sotto/stream/product_events.h"

#include <unordered_map>

namespace sotto::stream {

ProductEvents ProductEventsOf(const Manifest& manifest) {
  std::unordered_map<std::string_view, const ManifestProduct*> products;
  for (const ManifestProduct& product : manifest.products) products.emplace(product.id, &product);
  ProductEvents found;
  for (const TimedEvent& event : manifest.events) {
    const auto product = products.find(event.product);
    if (event.type != "product" || product == products.end()) continue;
    found.events.push_back(event);
    found.products.push_back(product->second);
  }
  return found;
}

std::string Digest(std::string_view text) {
  uint32_t hash = 2'166'136'261;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619;
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15];
  return digits;
}

}  // namespace sotto::stream
