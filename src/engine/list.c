// list.c - which engines there are. The worker knows: it alone loads their libraries.

#include "engine/engine.h"

#include "engine/session.h"

size_t engine_list(Arena *arena, const EngineInfo **infos)
{
    Session session = {0};
    Error err;
    size_t count = 0;
    *infos = NULL;
    if (session_ask_about(&session, NULL, &err)) {
        count = wire_get_count(&session.reply);
        EngineInfo *found = arena_new(arena, EngineInfo, count);
        for (size_t i = 0; i < count; i++) {
            found[i].dialect = (Dialect)wire_get_u8(&session.reply);
            found[i].name = wire_get_string(&session.reply, arena);
            found[i].available = wire_get_u8(&session.reply);
            found[i].version = wire_get_string(&session.reply, arena);
            found[i].path = wire_get_string(&session.reply, arena);
            found[i].advice = wire_get_string(&session.reply, arena);
        }
        *infos = found;
    }
    session_close(&session);
    return count;
}

bool engine_is_available(Dialect dialect)
{
    Arena scratch = ARENA_EMPTY;
    const EngineInfo *infos;
    size_t count = engine_list(&scratch, &infos);
    bool is_available = false;
    for (size_t i = 0; i < count; i++)
        is_available |= infos[i].dialect == dialect && infos[i].available;
    arena_clear(&scratch);
    return is_available;
}
