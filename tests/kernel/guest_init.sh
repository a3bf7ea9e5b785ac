#!/bin/bash
# The first process of the machine under test. It stands on this machine's files, which it cannot change: it puts a
# layer of memory over them and makes that its root (pivot_root, so that the kernel's firmware loader sees it too).
# Then it runs /mnt/lab/command and leaves its exit status in /mnt/lab/status.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

if [ "$1" != layered ]; then
	mount -n -t tmpfs -o mode=755 tmpfs /mnt
	mkdir /mnt/upper /mnt/work /mnt/root
	mount -n -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
	mount -n --move /dev /mnt/root/dev 2>/dev/null || mount -n -t devtmpfs dev /mnt/root/dev
	cd /mnt/root && mkdir -p lower && pivot_root . lower
	exec chroot . /bin/bash "$0" layered
fi

mount -n -t proc proc /proc
mount -n -t sysfs sysfs /sys
mount -n -t debugfs debugfs /sys/kernel/debug
mkdir -p /dev/pts /dev/shm /mnt/lab
mount -n -t devpts -o ptmxmode=666 devpts /dev/pts
mount -n -t tmpfs tmpfs /dev/shm
mount -n -t tmpfs -o mode=755 tmpfs /run
mount -n -t 9p -o trans=virtio,version=9p2000.L,cache=none,msize=512000 lab /mnt/lab
ln -sfn /proc/self/fd /dev/fd
for port in /sys/class/virtio-ports/vport*; do
	[ "$(cat "$port/name")" = agent ] && ln -sfn "${port##*/}" /dev/agent
done
echo lab > /proc/sys/kernel/hostname
mkdir -p /lib/firmware

stty -F /dev/hvc0 raw -echo
setsid -c -w bash /mnt/lab/command < /dev/hvc0 > /dev/hvc0 2>&1
status=$?
dmesg > /mnt/lab/dmesg
echo $status > /mnt/lab/status
sync
echo b > /proc/sysrq-trigger
sleep 60
