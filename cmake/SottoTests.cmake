# Tests, fuzzers and benchmarks, found by folder:
#   tests/cpp/<module>/**_test.cc  -> sotto_<module>_test, GoogleTest with rapidcheck, known to ctest
#   tests/cpp/server/*.cc          -> sotto_server_test, links sotto_server_lib
#   tests/cpp/hpke/*_test.cc       -> sotto_hpke_test, links sotto_hpke
#   tests/identity/*.cc            -> sotto_identity, prints what native code computes, for comparison with WASM
#   tests/fuzz/<name>_fuzz.cc      -> <name>_fuzz, libFuzzer (preset fuzz); server_* link sotto_server_lib,
#                                     <module>_* link that module. As a ctest it takes some thousand steps from the
#                                     seeds in tests/fuzz/corpus/<name>_fuzz
#   tests/constant_time/prio3.cc   -> prio3_constant_time, under valgrind: builds without sanitizers, where it is installed
#   tests/bench/<name>_bench.cc    -> <name>_bench, Google Benchmark (preset bench). As a ctest it runs each for a moment
enable_testing()
set(tests "${PROJECT_SOURCE_DIR}/tests")

function(sotto_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${tests}/cpp")
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  sotto_own_code(${name})
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")  # clang-tidy is for what ships
endfunction()

if(SOTTO_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  include(GoogleTest)
  # Read by ctest itself before the tests start.
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${PROJECT_SOURCE_DIR}/cmake/TestEnvironment.cmake")

  # The test libraries' headers take longer to read than most tests, so they are read once.
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/generated/test_headers.cc" CONTENT "")
  add_library(sotto_test_headers OBJECT "${PROJECT_BINARY_DIR}/generated/test_headers.cc")
  target_link_libraries(sotto_test_headers PRIVATE GTest::gtest_main rapidcheck rapidcheck_gtest)
  target_precompile_headers(sotto_test_headers PRIVATE
    <gtest/gtest.h> <rapidcheck/gtest.h> <algorithm> <string> <vector>)
  sotto_own_code(sotto_test_headers)  # the same options as its users
  sotto_compile_fast(sotto_test_headers)

  function(sotto_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILTER" "SOURCES;LINK")
    sotto_program(sotto_${name}_test SOURCES ${arg_SOURCES} LINK ${arg_LINK} GTest::gtest_main rapidcheck rapidcheck_gtest)
    sotto_compile_fast(sotto_${name}_test)
    target_precompile_headers(sotto_${name}_test REUSE_FROM sotto_test_headers)
    gtest_discover_tests(sotto_${name}_test
      DISCOVERY_MODE PRE_TEST
      TEST_PREFIX "${name}."
      TEST_FILTER "${arg_FILTER}"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
      PROPERTIES TIMEOUT 600)
  endfunction()

  foreach(target IN LISTS SOTTO_MODULES)
    string(REPLACE "sotto_" "" module ${target})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${tests}/cpp/${module}/*_test.cc")
    if(sources)
      sotto_test(${module} SOURCES ${sources} LINK ${target})
    endif()
  endforeach()

  file(GLOB sources CONFIGURE_DEPENDS "${tests}/cpp/hpke/*_test.cc")
  if(sources AND TARGET sotto_hpke)
    sotto_test(hpke SOURCES ${sources} LINK sotto_hpke)
  endif()

  file(GLOB sources CONFIGURE_DEPENDS "${tests}/cpp/server/*.cc")
  if(sources AND TARGET sotto_server_lib)
    # What needs a PostgreSQL shares one, so it is one test.
    sotto_test(server SOURCES ${sources} LINK sotto_server_lib FILTER "-*Postgresql*")
    add_test(NAME server.postgresql COMMAND sotto_server_test "--gtest_filter=*Postgresql*"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(server.postgresql PROPERTIES TIMEOUT 600 SKIP_REGULAR_EXPRESSION "skipped: no PostgreSQL")
  endif()

  find_program(VALGRIND valgrind)
  find_path(VALGRIND_INCLUDE_DIR valgrind/memcheck.h)
  if(VALGRIND AND VALGRIND_INCLUDE_DIR AND NOT SOTTO_SANITIZE)
    # What is looked at is compiled again: valgrind tells inlined functions apart, which the suppressions name, only by
    # debugging information.
    file(GLOB vdaf CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/sdk/cpp/sotto/vdaf/*.cc")
    sotto_program(prio3_constant_time SOURCES "${tests}/constant_time/prio3.cc" ${vdaf} LINK sotto::base)
    target_include_directories(prio3_constant_time SYSTEM PRIVATE "${VALGRIND_INCLUDE_DIR}")
    target_compile_options(prio3_constant_time PRIVATE -g1 -gdwarf-4)
    add_test(NAME constant_time.prio3
      COMMAND "${VALGRIND}" --quiet --error-exitcode=1 "--suppressions=${tests}/constant_time/prio3.supp"
        $<TARGET_FILE:prio3_constant_time>)
  endif()

  file(GLOB sources CONFIGURE_DEPENDS "${tests}/identity/*.cc")
  if(sources)
    sotto_program(sotto_identity SOURCES ${sources} LINK ${SOTTO_MODULES})
  endif()
endif()

if(SOTTO_FUZZ)
  file(GLOB sources CONFIGURE_DEPENDS "${tests}/fuzz/*_fuzz.cc")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    # One whose name begins with a module's needs that module alone, and is built without waiting for the rest.
    string(REGEX REPLACE "_.*" "" module ${name})
    set(link ${SOTTO_MODULES})
    if(name MATCHES "^server_")
      set(link sotto_server_lib)
    elseif(TARGET sotto_${module})
      set(link sotto_${module})
    endif()
    sotto_program(${name} SOURCES ${source} LINK ${link})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found "${PROJECT_BINARY_DIR}/corpus/${name}")  # what a run finds stays out of the seeds
    file(MAKE_DIRECTORY "${found}")
    set(seeds "${tests}/fuzz/corpus/${name}")
    if(NOT IS_DIRECTORY "${seeds}")
      set(seeds "")
    endif()
    add_test(NAME fuzz.${name} COMMAND ${name} -runs=5000 -seed=1 ${found} ${seeds})
  endforeach()
endif()

if(SOTTO_BENCH)
  find_package(benchmark REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS "${tests}/bench/*_bench.cc")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    # One of a module's name needs that module alone, and is built without waiting for the rest.
    string(REGEX REPLACE "_bench$" "" module ${name})
    set(link ${SOTTO_MODULES})
    if(TARGET sotto_${module})
      set(link sotto_${module})
    endif()
    sotto_program(${name} SOURCES ${source} LINK ${link} benchmark::benchmark_main)
    add_test(NAME bench.${name} COMMAND ${name} --benchmark_min_time=0.001 WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  endforeach()
endif()
