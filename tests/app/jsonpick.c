// jsonpick.c - reads JSON, one object a line, and prints the fields asked for:
//
//     hone optimize … --json | jsonpick queries.0.status summary.faster
//
// A number in a path is a place in an array; "#" its length. A line that is not JSON is
// said to be none, and the exit status is 1.

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Returns a new reference to what stands at `path`, or NULL.
static struct json_object *find(struct json_object *from, const char *path)
{
    struct json_object *at = from;
    char part[64];
    while (*path != '\0') {
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof(part), "%.*s", (int)length, path);
        path += length + (path[length] == '.');
        if (json_object_is_type(at, json_type_array) && strcmp(part, "#") == 0)
            return json_object_new_uint64(json_object_array_length(at));
        if (json_object_is_type(at, json_type_array))
            at = json_object_array_get_idx(at, (size_t)atoi(part));
        else if (!json_object_is_type(at, json_type_object) ||
                 !json_object_object_get_ex(at, part, &at))
            return NULL;
    }
    return json_object_get(at);
}

static void print_fields(struct json_object *object, int count, char **paths)
{
    for (int i = 0; i < count; i++) {
        struct json_object *found = find(object, paths[i]);
        printf("%s%s", i == 0 ? "" : " | ",
               json_object_to_json_string_ext(found, JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_put(found);
    }
    printf("\n");
}

int main(int count, char **words)
{
    char *line = NULL;
    size_t size = 0;
    int status = 0;
    while (getline(&line, &size, stdin) >= 0) {
        enum json_tokener_error trouble;
        struct json_object *object = json_tokener_parse_verbose(line, &trouble);
        if (object == NULL) {
            printf("not JSON: %s", line);
            status = 1;
        } else {
            print_fields(object, count - 1, words + 1);
        }
        json_object_put(object);
    }
    free(line);
    return status;
}
