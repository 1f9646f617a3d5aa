/* The greatest memory of a command, from a process that has next to none itself.
 *
 *     peak FILE COMMAND [ARGUMENT...]
 *
 * runs COMMAND, writes the greatest resident memory of any of its processes in
 * KiB to FILE and ends with the command's exit status. */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    FILE *answer;
    int status;
    pid_t pid;

    if (argc < 3 || (pid = fork()) < 0)
        return 125;
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    if (wait4(pid, &status, 0, &usage) != pid)
        return 125;
    answer = fopen(argv[1], "w");
    if (!answer || fprintf(answer, "%ld\n", usage.ru_maxrss) < 0 || fclose(answer))
        return 125;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
