// optimize.c - the pipeline from C: prints a faster query, if there is one.
//
//     cc optimize.c $(pkg-config --cflags --libs hone) -o optimize
//     ./optimize shop.sqlite "SELECT …"

#include <hone.h>
#include <stdio.h>

int main(int count, char **words)
{
    HoneOptions options = {.database = count > 2 ? words[1] : NULL};
    HoneSession *session = NULL;
    HoneResult *result = NULL;
    HoneError error = {.message = "usage: optimize DATABASE SQL"};
    bool ok = count > 2 && hone_open(&options, &session, &error) &&
              hone_optimize(session, "query", words[2], &result, &error);
    if (ok) {
        const HoneOptimization *made = hone_result_optimization(result);
        puts(made->faster != NULL ? made->faster : made->reason);
    } else {
        fprintf(stderr, "%s\n", error.message);
    }
    hone_result_free(result);
    hone_close(session);
    return ok ? 0 : 1;
}
