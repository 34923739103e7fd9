//! The yardstick of the public page: nginx from the system's packages, as a throw-away process with a configuration of its
//! own, serving finished bytes from a file that it keeps open.

use super::machine;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub struct Nginx {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Serves these bytes, which are compressed already, at `/page`, on the processor that is measured.
    pub fn serving(compressed: &[u8]) -> Self {
        machine::need("nginx", "nginx-light");
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::write(folder.path().join("page"), compressed).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let place = folder.path().display();
        // One process that does it all: no privileges to give up, nobody to supervise.
        let configuration = format!(
            "daemon off; master_process off; worker_processes 1; pid {place}/pid; error_log {place}/errors crit;
             events {{ worker_connections 1024; }}
             http {{
               access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
               keepalive_timeout 75; keepalive_requests 1000000000;
               open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
               client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
               uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
               server {{
                 listen {address};
                 root {place};
                 default_type 'text/html; charset=utf-8';
                 add_header Content-Encoding br;
                 add_header Cache-Control 'public, max-age=0, must-revalidate';
                 add_header Vary accept-encoding;
               }}
             }}\n"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = machine::pinned(machine::MEASURED, "nginx");
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let mut nginx = Self { address, child, _folder: folder };
        nginx.wait();
        nginx
    }

    fn wait(&mut self) {
        for _ in 0..200 {
            if TcpStream::connect(self.address).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nginx does not answer: {:?}", self.child.try_wait());
    }

    /// The full address of what it serves.
    pub fn url(&self) -> String {
        format!("http://{}/page", self.address)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
