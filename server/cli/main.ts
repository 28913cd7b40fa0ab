console.log('crossblock');
