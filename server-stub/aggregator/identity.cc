#include "server-stub/aggregator/identity.h"

#include <algorithm>

#include "server-stub/models/sha256.h"

namespace sotto::server {

std::array<uint8_t, 16> ResourceId(std::string_view kind, const dap::TaskId& task, ByteSpan request) {
  Bytes input(kind.begin(), kind.end());
  input.push_back(0);
  input.insert(input.end(), task.begin(), task.end());
  const Bytes digest = Sha256(request);
  input.insert(input.end(), digest.begin(), digest.end());
  const Bytes named = Sha256(input);
  std::array<uint8_t, 16> id{};
  std::copy_n(named.begin(), id.size(), id.begin());
  return id;
}

std::string ResourceUrl(const AggregatorTask& task, dap::Role aggregator, std::string_view collection,
                        std::string_view id) {
  const auto& terms = task.file.terms;
  std::string url = aggregator == dap::Role::kLeader ? terms.leader : terms.helper;
  url.append("/tasks/").append(task.name).append("/").append(collection);
  if (!id.empty()) url.append("/").append(id);
  return url;
}

std::string ResourcePath(const AggregatorTask& task, dap::Role aggregator, std::string_view collection,
                         std::string_view id) {
  const std::string url = ResourceUrl(task, aggregator, collection, id);
  return url.substr(url.find('/', url.find("://") + 3));
}

std::string IdOfLocation(std::string_view location) {
  const std::string_view path = location.substr(0, location.find('?'));
  const std::string_view last = path.substr(path.find_last_of('/') + 1);
  return dap::IdFromBase64Url<16>(last).ok() ? std::string(last) : "";
}

}  // namespace sotto::server
