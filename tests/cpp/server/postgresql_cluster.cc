#include "server/postgresql_cluster.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "server-stub/storage/aggregator/postgresql_connection.h"

namespace sotto::server {
namespace {

// Where Debian and Ubuntu have the newest version's programs; empty if there is none.
std::filesystem::path FindPrograms() {
  std::filesystem::path found;
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    const auto programs = version.path() / "bin";
    if (std::filesystem::exists(programs / "initdb") && programs.string() > found.string()) found = programs;
  }
  return found;
}

void RunSql(const std::string& where, const std::string& sql) {
  auto connection = PostgresqlConnection::Connect(where);
  if (!connection.ok()) throw std::runtime_error(ToString(connection.error()));
  const auto done = connection.value()->Execute(sql);
  if (!done.ok()) throw std::runtime_error(ToString(done.error()));
}

}  // namespace

PostgresqlCluster* PostgresqlCluster::Shared() {
  static const std::unique_ptr<PostgresqlCluster> shared = []() -> std::unique_ptr<PostgresqlCluster> {
    const std::filesystem::path programs = FindPrograms();
    uid_t user = geteuid();
    if (user == 0) {
      const passwd* postgres = getpwnam("postgres");
      if (postgres == nullptr) return nullptr;
      user = postgres->pw_uid;
    }
    if (programs.empty()) return nullptr;
    return std::unique_ptr<PostgresqlCluster>(new PostgresqlCluster(programs, user));
  }();
  return shared.get();
}

PostgresqlCluster::PostgresqlCluster(std::filesystem::path programs, uid_t user)
    : programs_(std::move(programs)), user_(user) {
  const passwd* account = getpwuid(user_);
  group_ = account != nullptr ? account->pw_gid : getegid();
  if (chown(folder_.path().c_str(), user_, group_) != 0) throw std::runtime_error("chown failed");
  int status = 0;
  const pid_t made = Run("initdb", {"-D", (folder_.path() / "data").string(), "-U", "sotto", "-A", "trust", "-E",
                                    "UTF8", "--locale=C", "--no-sync"});
  if (waitpid(made, &status, 0) != made || status != 0) throw std::runtime_error("initdb failed");
  Start();
}

PostgresqlCluster::~PostgresqlCluster() {
  Stop();
}

pid_t PostgresqlCluster::Run(const std::string& program, const std::vector<std::string>& arguments) const {
  const std::string path = (programs_ / program).string();
  const std::string log = (folder_.path() / "log").string();
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  if (geteuid() != user_ && (setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // it does not outlive a test program that crashes
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (output < 0 || chdir("/") != 0) _exit(126);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(path.c_str(), argv.data());
  _exit(127);
}

std::string PostgresqlCluster::Where(const std::string& database) const {
  return "postgresql://sotto@/" + database + "?host=" + folder_.path().string();
}

bool PostgresqlCluster::Answers() const {
  return PQping(Where("postgres").c_str()) == PQPING_OK;
}

void PostgresqlCluster::Start() {
  server_ = Run("postgres", {"-D", (folder_.path() / "data").string(), "-k", folder_.path().string(), "-c",
                             "listen_addresses=", "-c", "max_connections=60", "-c", "shared_buffers=32MB"});
  while (!Answers()) {
    int status = 0;
    if (waitpid(server_, &status, WNOHANG) == server_) {
      server_ = 0;
      throw std::runtime_error("PostgreSQL did not start");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void PostgresqlCluster::End(int signal) {
  if (server_ == 0) return;
  kill(server_, signal);
  int status = 0;
  waitpid(server_, &status, 0);
  server_ = 0;
}

void PostgresqlCluster::Crash() {
  End(SIGQUIT);  // "immediate shutdown": recovery at the next start
}

void PostgresqlCluster::Stop() {
  End(SIGINT);
}

std::string PostgresqlCluster::CreateDatabase() {
  const std::string name = "test" + std::to_string(++databases_);
  RunSql(Where("postgres"), "CREATE DATABASE " + name);
  return Where(name);
}

void PostgresqlCluster::DropDatabase(const std::string& where) {
  const size_t begin = where.find("@/") + 2;
  RunSql(Where("postgres"), "DROP DATABASE " + where.substr(begin, where.find('?') - begin) + " WITH (FORCE)");
}

}  // namespace sotto::server
