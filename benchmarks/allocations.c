/* Counts the calls of malloc and its kin in a process that preloads this library.
 *
 * With PYTHONMALLOC=malloc Python's own objects come from there too, so that the
 * counts are of everything, whichever language asked.  Made for glibc. */

#define _GNU_SOURCE
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

long allocation_calls;
long allocated_bytes;

static void *taken(void *memory)
{
    allocation_calls++;
    allocated_bytes += (long)malloc_usable_size(memory);
    return memory;
}

void *malloc(size_t size)
{
    return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return taken(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    allocated_bytes -= (long)malloc_usable_size(memory);
    return taken(__libc_realloc(memory, size));
}

void free(void *memory)
{
    allocated_bytes -= (long)malloc_usable_size(memory);
    __libc_free(memory);
}
