# Where tests look for data that is too large or not licensed to be part of the repository. Without it they say "skipped".
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH root)
cmake_path(GET root PARENT_PATH beside)
foreach(pair "SOTTO_DATA=data" "SOTTO_VECTORS=vectors")
  string(REGEX MATCH "^(.*)=(.*)$" _ "${pair}")
  if(NOT DEFINED ENV{${CMAKE_MATCH_1}} AND IS_DIRECTORY "${beside}/shared/${CMAKE_MATCH_2}")
    set(ENV{${CMAKE_MATCH_1}} "${beside}/shared/${CMAKE_MATCH_2}")
  endif()
endforeach()
