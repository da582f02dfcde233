// A request of DAP, without HTTP's library: what leader and helper answer.
#pragma once

#include <string>

namespace sotto::server {

struct DapRequest {
  std::string task;           // {task-id}, as it stands in the URL
  std::string id;             // of the job or share, likewise; empty where the URL has none
  std::string step;           // the query parameter `step`; empty if there is none
  std::string authorization;  // the header
  std::string content_type;
  std::string body;
};

}  // namespace sotto::server
